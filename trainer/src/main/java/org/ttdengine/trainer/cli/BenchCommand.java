package org.ttdengine.trainer.cli;

import picocli.CommandLine.Command;

@Command(name = "bench", mixinStandardHelpOptions = true)
final class BenchCommand {}
