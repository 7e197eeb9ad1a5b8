package org.ttdengine.trainer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.ttdengine.engine.ops.Conformance;

/**
 * What {@code doctor} found.
 *
 * @param findings about the surroundings
 * @param selfTest what became of the operations
 */
record DoctorReport(List<Finding> findings, SelfCheck selfTest) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Whether nothing is broken. */
    boolean isOk() {
        return findings.stream().noneMatch(finding -> finding.state() == Finding.State.BROKEN) && selfTest.isOk();
    }

    String table() {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        for (Finding finding : findings) {
            lines.add(String.format(Locale.ROOT, "%-17s %-6s %s", finding.name(), label(finding), finding.value()));
        }
        if (!selfTest.reports().isEmpty()) {
            lines.add("");
            lines.add(String.format("%-17s %-6s %5s  %s", "operation", "", "cases", "worst error / tolerance"));
        }
        for (Conformance.Report report : selfTest.reports()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-17s %-6s %5d  %.3f (%s of \"%s\")",
                    report.operation(),
                    report.isOk() ? "ok" : "FAILED",
                    report.cases(),
                    report.worst().share(),
                    report.worst().what(),
                    report.worstCase()));
        }
        if (!selfTest.reports().isEmpty()) {
            lines.add("");
            lines.add("rates             " + selfTest.ratesNote());
            selfTest.rates().forEach(rate -> lines.add(rate.line()));
        }
        return lines.toString();
    }

    /** What is wrong stands out. */
    private static String label(Finding finding) {
        return finding.state() == Finding.State.BROKEN
                ? "BROKEN"
                : finding.state().name().toLowerCase(Locale.ROOT);
    }

    String json() {
        ObjectNode root = JSON.createObjectNode().put("ok", isOk());
        ArrayNode found = root.putArray("findings");
        for (Finding finding : findings) {
            found.addObject()
                    .put("name", finding.name())
                    .put("value", finding.value())
                    .put("state", finding.state().name().toLowerCase(Locale.ROOT));
        }
        ArrayNode tests = root.putArray("selftest");
        for (Conformance.Report report : selfTest.reports()) {
            tests.addObject()
                    .put("operation", report.operation())
                    .put("cases", report.cases())
                    .put("worst_error_over_tolerance", report.worst().share())
                    .put("worst", report.worst().what())
                    .put("worst_case", report.worstCase())
                    .put("ok", report.isOk());
        }
        ArrayNode rates = root.put("rates_note", selfTest.ratesNote()).putArray("rates");
        selfTest.rates().forEach(rate -> rates.add(rate.json()));
        return root.toString();
    }
}
