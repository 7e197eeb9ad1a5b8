package org.ttdengine.trainer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ttdengine.lora.LoraWeights;
import org.ttdengine.trainer.run.Disk;
import org.ttdengine.vit.ClipCheckpoint;
import org.ttdengine.vit.ClipConfigJson;
import org.ttdengine.vit.ClipState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Adds adapters to the weights of their base model. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Adds a LoRA adapter to its base model and writes a plain checkpoint with Hugging Face's names.",
            "--out FILE.safetensors writes that file alone; --out FOLDER writes model.safetensors, config.json and"
                    + " the vocabulary that lies beside the base model."
        })
final class MergeCommand implements Callable<Integer> {
    private static final String EXTENSION = ".safetensors";

    /** What a Hugging Face or OpenAI model brings besides its weights, for the text and the picture side. */
    private static final List<String> COMPANIONS = List.of(
            "tokenizer.json",
            "vocab.json",
            "merges.txt",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "preprocessor_config.json",
            "bpe_simple_vocab_16e6.txt.gz",
            "bpe_simple_vocab_16e6.txt");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOptions model;

    @Option(names = "--adapter", required = true, description = "PEFT LoRA directory.")
    private Path adapter;

    @Option(names = "--out", required = true, description = "FILE.safetensors or a folder.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        boolean single = out.toString().endsWith(EXTENSION) && !Files.isDirectory(out);
        Path weights = single ? out : out.resolve("model" + EXTENSION);
        refuseOverwriting(weights);
        ClipState state = model.read();
        LoraWeights.read(adapter, state.config()).mergeInto(state);
        if (single) {
            ClipCheckpoint.write(state, weights);
        } else {
            createFolder();
            ClipCheckpoint.write(state, weights);
            Files.writeString(
                    out.resolve("config.json"), ClipConfigJson.write(state.config()) + "\n", StandardCharsets.UTF_8);
            copyCompanions();
        }
        spec.commandLine().getOut().println("merged model written to " + out);
        return 0;
    }

    /** A file in the base model's folder could be taken for its weights, even under a new name. */
    private void refuseOverwriting(Path weights) throws IOException {
        Optional<Path> base = model.path();
        if (base.isEmpty() || !Files.exists(base.get())) {
            return;
        }
        Path target = weights.toAbsolutePath().normalize();
        boolean same = Files.isDirectory(base.get())
                ? Files.exists(target.getParent()) && Files.isSameFile(target.getParent(), base.get())
                : Files.exists(target) && Files.isSameFile(target, base.get());
        if (same) {
            throw new IOException("--out " + out + ": would overwrite the base model; choose another place");
        }
    }

    private void createFolder() throws IOException {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new IOException("--out " + out + ": cannot be made a folder: " + Disk.reason(e), e);
        }
    }

    private void copyCompanions() throws IOException {
        Optional<Path> folder = model.folder();
        if (folder.isEmpty()) {
            return;
        }
        for (String name : COMPANIONS) {
            Path companion = folder.get().resolve(name);
            Path copy = out.resolve(name);
            if (Files.isRegularFile(companion) && !(Files.exists(copy) && Files.isSameFile(companion, copy))) {
                Files.copy(companion, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
