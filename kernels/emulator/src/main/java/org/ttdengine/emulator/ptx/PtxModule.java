package org.ttdengine.emulator.ptx;

import java.util.List;
import java.util.Map;

/**
 * A parsed PTX text.
 *
 * @param version as written after .version
 * @param target as written after .target
 * @param kernels entry points by name
 * @param variables module-wide .const, .global and .shared variables
 */
public record PtxModule(String version, String target, Map<String, PtxKernel> kernels, List<PtxVariable> variables) {

    public PtxModule {
        kernels = Map.copyOf(kernels);
        variables = List.copyOf(variables);
    }
}
