package org.ttdengine.kernels;

import java.util.List;

/**
 * A kernel as its PTX declares it: what the launcher checks arguments and block sizes against.
 *
 * @param name entry point
 * @param parameters its parameters in order
 * @param maxThreads threads of the largest block it may be launched with ({@code .maxntid}), 0 where the PTX sets no limit
 */
public record PtxEntry(String name, List<PtxParameter> parameters, int maxThreads) {
    /** Copies the list. */
    public PtxEntry {
        parameters = List.copyOf(parameters);
    }

    /** Bytes of the parameter space: the end of the last parameter. */
    public int parameterBytes() {
        if (parameters.isEmpty()) {
            return 0;
        }
        PtxParameter last = parameters.get(parameters.size() - 1);
        return last.offset() + last.bytes();
    }
}
