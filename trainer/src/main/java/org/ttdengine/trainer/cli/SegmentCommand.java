package org.ttdengine.trainer.cli;

import picocli.CommandLine.Command;

@Command(name = "segment", mixinStandardHelpOptions = true)
final class SegmentCommand {}
