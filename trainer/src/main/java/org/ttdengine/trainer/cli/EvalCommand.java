package org.ttdengine.trainer.cli;

import picocli.CommandLine.Command;

/** Measures models on labelled data. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measures a model on labelled data with the paper's metrics.",
        synopsisSubcommandLabel = "EVALUATION",
        subcommands = {EvalTagsCommand.class, EvalTextSegCommand.class})
final class EvalCommand {}
