package org.ttdengine.engine.ops;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.ttdengine.engine.autograd.Var;

/** The shape rules of operations speak with one voice. */
final class Shapes {
    private Shapes() {}

    /** Fails with the operation's name and the shapes of its arguments unless they {@code fit}. */
    static void check(boolean fit, String operation, Var... arguments) {
        if (!fit) {
            throw new IllegalArgumentException(operation + " cannot take "
                    + Arrays.stream(arguments)
                            .map(v -> String.valueOf(v.value()))
                            .collect(Collectors.joining(", ")));
        }
    }
}
