package org.ttdengine.kernels.build;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** What a test does where a program of the CUDA toolkit is missing. */
final class Toolkit {
    private static final String REQUIRED = "ttd.require.toolkit";

    private Toolkit() {}

    /**
     * Says loudly that a check cannot be made and skips the test; fails it under {@code -Dttd.require.toolkit=true}, for
     * machines that are meant to have the toolkit.
     */
    static <T> T missing(String program, String check) {
        String message = program + " IS NOT ON THE PATH: " + check;
        if (Boolean.getBoolean(REQUIRED)) {
            return fail(message + " (-D" + REQUIRED + "=true)");
        }
        System.err.println(message);
        return abort(message);
    }
}
