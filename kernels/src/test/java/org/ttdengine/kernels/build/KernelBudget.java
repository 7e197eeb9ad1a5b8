package org.ttdengine.kernels.build;

import java.util.ArrayList;
import java.util.List;
import org.ttdengine.kernels.Architecture;
import org.ttdengine.kernels.Assembly;
import org.ttdengine.kernels.KernelSpec;
import org.ttdengine.kernels.Occupancy;
import org.ttdengine.kernels.PtxEntry;

/** Compares what a kernel takes with what its {@link KernelSpec} allows. */
final class KernelBudget {
    private KernelBudget() {}

    /**
     * What is wrong with a kernel on an architecture; empty if nothing is.
     *
     * @param kernel its specification
     * @param entry its declaration in the PTX
     * @param architecture the architecture
     * @param assembly the assembler's figures there
     */
    static List<String> violations(KernelSpec kernel, PtxEntry entry, Architecture architecture, Assembly assembly) {
        List<String> violations = new ArrayList<>();
        if (entry.maxThreads() != kernel.maxThreads()) {
            violations.add("its __launch_bounds__ is " + entry.maxThreads() + " threads, the specification says "
                    + kernel.maxThreads());
        }
        if (!assembly.staysInRegisters()) {
            violations.add("uses local memory: " + assembly);
        }
        if (assembly.registers() > kernel.registerBudget()) {
            violations.add(assembly.registers() + " registers, budget " + kernel.registerBudget());
        }
        if (assembly.sharedBytes() > kernel.sharedBudget()) {
            violations.add(assembly.sharedBytes() + " bytes of static shared memory, budget " + kernel.sharedBudget());
        }
        Occupancy occupancy =
                Occupancy.of(architecture, kernel.maxThreads(), assembly.registers(), kernel.sharedBudget());
        if (occupancy.blocks() == 0) {
            violations.add("not one block fits on a multiprocessor, for want of " + occupancy.limit());
        }
        return violations.stream()
                .map(violation ->
                        kernel.module() + "." + kernel.name() + " on " + architecture.target() + ": " + violation)
                .toList();
    }
}
