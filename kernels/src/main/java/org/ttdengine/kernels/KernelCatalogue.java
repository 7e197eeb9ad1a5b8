package org.ttdengine.kernels;

import java.util.ArrayList;
import java.util.List;

/** The one list of all kernels, family by family. A kernel that is not in it is not shipped, and a test says so. */
public final class KernelCatalogue {
    private KernelCatalogue() {}

    /** All kernels. A family is a class of constants with a list {@code ALL}; it is added here on a line of its own. */
    public static List<KernelSpec> all() {
        List<KernelSpec> all = new ArrayList<>();
        all.addAll(NormKernels.ALL);
        all.addAll(RowKernels.ALL);
        all.addAll(ElementKernels.ALL);
        all.addAll(ImageKernels.ALL);
        all.addAll(AttentionKernels.ALL);
        all.addAll(OptimizerKernels.ALL);
        all.addAll(TtdKernels.ALL);
        all.addAll(CrossEntropyKernels.ALL);
        all.addAll(SoftmaxPoolKernels.ALL);
        all.addAll(GemmKernels.ALL);
        all.addAll(MatrixKernels.ALL);
        return List.copyOf(all);
    }

    /** Names of the PTX modules that hold the kernels, in alphabetical order. */
    public static List<String> modules() {
        return all().stream().map(KernelSpec::module).distinct().sorted().toList();
    }
}
