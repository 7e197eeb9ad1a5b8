package org.ttdengine.trainer.cli;

import picocli.CommandLine.Command;

@Command(name = "merge", mixinStandardHelpOptions = true)
final class MergeCommand {}
