package org.ttdengine.trainer.cli;

import picocli.CommandLine.Command;

@Command(name = "inspect", mixinStandardHelpOptions = true)
final class InspectCommand {}
