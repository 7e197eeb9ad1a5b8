package org.ttdengine.trainer.cli;

import picocli.CommandLine.Command;

/** Measures speed with random weights, pictures and texts. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the speed of a model on random pictures and texts; no vocabulary is needed.",
        synopsisSubcommandLabel = "step|forward|gemm|kernels|roofline",
        subcommands = {
            BenchStepCommand.class,
            BenchForwardCommand.class,
            BenchGemmCommand.class,
            BenchKernelsCommand.class,
            BenchRooflineCommand.class
        })
final class BenchCommand {}
