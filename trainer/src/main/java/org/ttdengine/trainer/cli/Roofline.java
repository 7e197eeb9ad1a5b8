package org.ttdengine.trainer.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.ttdengine.engine.backend.counting.Chip;
import org.ttdengine.engine.backend.counting.Work;

/**
 * The least time of a step on GPUs that are not at hand (Williams et al. 2009): each operation takes as long as its
 * arithmetic at the peak rate or its memory traffic at the peak bandwidth, whichever is longer. An estimate, never a
 * measurement.
 *
 * @param batch pictures of the step
 * @param bfloat16 whether matrix products run on tensor cores in bfloat16, else on CUDA cores in single precision
 * @param work of the step, in order
 * @param peakBytes the most memory that the step's tensors and the model take together
 */
record Roofline(int batch, boolean bfloat16, List<Work> work, long peakBytes) {
    /** Seconds a chip takes for some of the work. */
    private double seconds(Chip chip, List<Work> part) {
        return part.stream().mapToDouble(w -> chip.seconds(w, bfloat16)).sum();
    }

    private Map<String, List<Work>> byOperation() {
        Map<String, List<Work>> groups = new LinkedHashMap<>();
        work.forEach(w ->
                groups.computeIfAbsent(w.operation(), name -> new ArrayList<>()).add(w));
        return groups;
    }

    /** A table for people, in the Markdown of the documentation. */
    String table() {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add("estimate, not measured: every operation at the GPU's peak rate or bandwidth, whichever is slower");
        lines.add("");
        lines.add("| operation | launches | GFLOP | MB | ms, " + Chip.A100.label() + " | ms, " + Chip.H100.label()
                + " |");
        lines.add("|---|---:|---:|---:|---:|---:|");
        byOperation().forEach((operation, part) -> lines.add(row(operation, part)));
        lines.add(row("**step**", work));
        lines.add("");
        for (Chip chip : Chip.values()) {
            lines.add(
                    String.format(Locale.ROOT, "%s: at most %.0f images/s", chip.label(), batch / seconds(chip, work)));
        }
        lines.add(String.format(Locale.ROOT, "memory: %.1f GB", peakBytes / 1e9));
        return lines.toString();
    }

    private String row(String operation, List<Work> part) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.1f | %.1f | %.3f | %.3f |",
                operation,
                part.size(),
                part.stream().mapToLong(Work::flops).sum() / 1e9,
                part.stream().mapToLong(Work::bytes).sum() / 1e6,
                seconds(Chip.A100, part) * 1e3,
                seconds(Chip.H100, part) * 1e3);
    }
}
