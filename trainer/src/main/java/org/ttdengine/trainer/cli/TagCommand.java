package org.ttdengine.trainer.cli;

import picocli.CommandLine.Command;

@Command(name = "tag", mixinStandardHelpOptions = true)
final class TagCommand {}
