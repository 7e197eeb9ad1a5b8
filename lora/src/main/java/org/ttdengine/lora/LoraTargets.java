package org.ttdengine.lora;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which modules are adapted: by the last part of their names, or by a regular expression over whole paths, as in PEFT. */
public final class LoraTargets {
    private static final Map<String, String> SHORT =
            Map.of("q", "q_proj", "k", "k_proj", "v", "v_proj", "o", "out_proj", "out", "out_proj");
    private static final List<String> NAMES = List.of("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2");

    private final List<String> suffixes;
    private final Pattern pattern;

    private LoraTargets(List<String> suffixes, Pattern pattern) {
        this.suffixes = suffixes;
        this.pattern = pattern;
    }

    /**
     * Targets as the command line takes them: names separated by commas, {@code q,k,v,o,fc1,fc2} or in full, or else a
     * regular expression such as {@code vision_model\..*q_proj}.
     */
    public static LoraTargets parse(String text) {
        List<String> parts = Arrays.stream(text.split(","))
                .map(String::strip)
                .map(part -> SHORT.getOrDefault(part, part))
                .toList();
        return NAMES.containsAll(parts) ? suffixes(parts) : regex(text);
    }

    /** Modules whose path is, or ends in a dot and, one of these names. */
    public static LoraTargets suffixes(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("LoRA needs at least one target module");
        }
        return new LoraTargets(List.copyOf(names), null);
    }

    /** Modules whose whole path matches. */
    public static LoraTargets regex(String regex) {
        try {
            return new LoraTargets(List.of(), Pattern.compile(regex));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "LoRA targets '" + regex + "' are neither names out of " + NAMES + " nor a regular expression: "
                            + e.getDescription(),
                    e);
        }
    }

    /** Whether a module is meant. */
    public boolean match(String path) {
        return pattern != null
                ? pattern.matcher(path).matches()
                : suffixes.stream().anyMatch(name -> path.equals(name) || path.endsWith("." + name));
    }

    /** The names, or an empty list for a regular expression. */
    public List<String> names() {
        return suffixes;
    }

    /** The regular expression, or the names separated by commas. */
    @Override
    public String toString() {
        return pattern != null ? pattern.pattern() : String.join(",", suffixes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoraTargets targets && toString().equals(targets.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}
