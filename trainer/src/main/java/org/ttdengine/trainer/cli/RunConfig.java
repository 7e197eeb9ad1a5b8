package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ttdengine.trainer.run.RunFolder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options a run of {@code train} or {@code pretrain} was started with: {@code DIR/train.json}, {@code
 * DIR/pretrain.json}. A resumed run takes them over.
 */
final class RunConfig {
    /** The files that make a folder one of a run. */
    private static final List<String> FILES_OF_RUNS = List.of("train.json", "pretrain.json");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Options that belong to the call, not to the run. */
    private static final Set<String> OF_THE_CALL = Set.of("--out", "--resume", "--help", "--version", "--debug");

    /** Options that name files: kept as absolute paths, so that a run can be resumed from anywhere. */
    private static final Set<String> FILES = Set.of("--data", "--model", "--vocab", "--adapter", "--pseudo-tags");

    /** Options that do not change a single digit of the results. */
    private static final Set<String> HARMLESS =
            Set.of("--device", "--threads", "--workers", "--checkpoint-every", "--keep-checkpoints");

    /** Options of a series of runs that do not change any of them. */
    private static final Set<String> OF_A_REPORT = Set.of("--seeds", "--json");

    private final Path file;
    private final ObjectNode options;

    private RunConfig(Path file, ObjectNode options) {
        this.file = file;
        this.options = options;
    }

    /** The options that were given, as a parsed command has them. */
    static RunConfig of(CommandSpec spec) {
        ObjectNode options = JSON.createObjectNode();
        for (OptionSpec option : spec.options()) {
            String name = option.longestName();
            Object value = option.getValue();
            if (!OF_THE_CALL.contains(name) && value != null) {
                options.put(name, FILES.contains(name) ? absolute(value.toString()) : value.toString());
            }
        }
        return new RunConfig(Path.of(file(spec)), options);
    }

    private static String file(CommandSpec spec) {
        return spec.name() + ".json";
    }

    private static String absolute(String value) {
        if (ModelOptions.NAMES.contains(value) || TrainingOptions.PSEUDO_TAGS.contains(value)) {
            return value;
        }
        if (value.startsWith(ModelOptions.RANDOM)) {
            return ModelOptions.RANDOM + absolute(value.substring(ModelOptions.RANDOM.length()));
        }
        boolean file = Files.exists(Path.of(value.indexOf('*') < 0 ? value : "."));
        return file && value.indexOf('*') < 0
                ? Path.of(value).toAbsolutePath().normalize().toString()
                : value;
    }

    ObjectNode json() {
        return options;
    }

    /** The values by name, in the order of the command's options. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        options.properties()
                .forEach(option -> values.put(option.getKey(), option.getValue().asText()));
        return values;
    }

    /** Reads the options of an earlier run of a command. */
    static RunConfig read(Path folder, CommandSpec spec) throws IOException {
        Path file = folder.resolve(file(spec));
        if (!Files.isRegularFile(file)) {
            throw new IOException(folder + ": no run to resume here (there is no " + file.getFileName() + ")");
        }
        try {
            if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode options) {
                return new RunConfig(file, options);
            }
            throw new IOException(file + ": is damaged; start the run anew");
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": is damaged; start the run anew", e);
        }
    }

    /** Gives a command the options of the earlier run, but for those that were given again. */
    void applyTo(CommandSpec spec, PrintWriter warnings) throws IOException {
        ParseResult parsed = spec.commandLine().getParseResult();
        for (OptionSpec option : spec.options()) {
            String name = option.longestName();
            JsonNode stored = options.get(name);
            if (stored == null || OF_THE_CALL.contains(name)) {
                continue;
            }
            if (!parsed.hasMatchedOption(option)) {
                option.setValue(restored(option, stored.asText()));
            } else if (!sameValue(option, stored.asText()) && !HARMLESS.contains(name)) {
                warnings.println("resume: " + name + " was " + stored.asText() + "; the run will not equal an"
                        + " undisturbed one");
            }
        }
    }

    /** Gives a command options that are usual for its data, but for those that were given. */
    static void preset(CommandSpec spec, Map<String, String> usual) {
        ParseResult parsed = spec.commandLine().getParseResult();
        usual.forEach((name, text) -> {
            OptionSpec option = spec.findOption(name);
            if (!parsed.hasMatchedOption(option)) {
                option.setValue(convert(option, text));
            }
        });
    }

    private static boolean sameValue(OptionSpec option, String stored) {
        Object value = option.getValue();
        String given = String.valueOf(value);
        return given.equals(stored)
                || (FILES.contains(option.longestName()) && absolute(given).equals(stored));
    }

    private Object restored(OptionSpec option, String text) throws IOException {
        try {
            return convert(option, text);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    file + ": is damaged: " + option.longestName() + " is '" + text + "'; start the run anew", e);
        }
    }

    private static Object convert(OptionSpec option, String text) {
        Class<?> type = option.type();
        if (type == boolean.class || type == Boolean.class) {
            return Boolean.valueOf(text);
        }
        if (type == int.class || type == Integer.class) {
            return Integer.valueOf(text);
        }
        if (type == long.class || type == Long.class) {
            return Long.valueOf(text);
        }
        if (type == double.class || type == Double.class) {
            return Double.valueOf(text);
        }
        if (type == Path.class) {
            return Path.of(text);
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (constant.toString().equalsIgnoreCase(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is no value of " + option.longestName());
        }
        return text;
    }

    /** Writes the file; it is there whole or not at all. */
    void write(RunFolder run) throws IOException {
        run.write(file.getFileName().toString(), options.toPrettyString() + "\n");
    }

    /**
     * Makes a folder that of a series of runs with these options, or goes on in it.
     *
     * @throws IOException if the folder belongs to a series with other options
     */
    void claim(RunFolder folder) throws IOException {
        Path there = folder.path().resolve(file.getFileName());
        if (!Files.exists(there)) {
            write(folder);
            return;
        }
        JsonNode earlier = JSON.readTree(Files.readAllBytes(there));
        for (String name : values().keySet()) {
            String before = earlier.path(name).asText();
            String now = options.get(name).asText();
            if (!before.equals(now) && !HARMLESS.contains(name) && !OF_A_REPORT.contains(name)) {
                throw new IOException(folder.path() + ": holds results with " + name + " " + before + ", not " + now
                        + "; choose another --out");
            }
        }
    }

    /** Fails if a folder already holds a run. */
    static void refuseEarlierRun(Path folder) throws IOException {
        if (holdsRun(folder)) {
            throw new IOException(folder + ": holds an earlier run; go on with it by --resume " + folder
                    + " or choose another --out");
        }
    }

    private static boolean holdsRun(Path folder) {
        return FILES_OF_RUNS.stream().anyMatch(file -> Files.exists(folder.resolve(file)));
    }

    /** The folder itself, or with the first number at its end that is not taken. */
    static Path freshFolder(Path folder) {
        Path fresh = folder;
        for (int i = 2; holdsRun(fresh); i++) {
            fresh = folder.resolveSibling(folder.getFileName() + "-" + i);
        }
        return fresh;
    }
}
