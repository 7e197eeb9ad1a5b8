package org.ttdengine.emulator.ptx;

import java.util.List;
import java.util.Map;

/**
 * An entry point.
 *
 * @param name without mangling as in the text
 * @param parameters in the order declared
 * @param maxThreads product of .maxntid; 1024 when absent
 * @param code statements in order
 * @param labels index in {@code code} of the statement after each label
 * @param variables .local and .shared variables declared inside
 * @param registers number of registers of the predicate, 32-bit and 64-bit files
 * @param line line of the .entry directive
 */
public record PtxKernel(
        String name,
        List<PtxParameter> parameters,
        int maxThreads,
        List<PtxInstruction> code,
        Map<String, Integer> labels,
        List<PtxVariable> variables,
        RegisterCounts registers,
        int line) {

    /** Sizes of the three register files, in registers per lane. */
    public record RegisterCounts(int predicates, int words, int longs) {}

    public PtxKernel {
        parameters = List.copyOf(parameters);
        code = List.copyOf(code);
        labels = Map.copyOf(labels);
        variables = List.copyOf(variables);
    }

    /** Bytes of the parameter block. */
    public int parameterBytes() {
        return parameters.stream()
                .mapToInt(parameter -> parameter.offset() + parameter.size())
                .max()
                .orElse(0);
    }
}
