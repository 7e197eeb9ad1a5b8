package org.ttdengine.trainer.eval;

import java.util.Locale;

/** Parts of a labelled data set. */
public enum Split {
    /** For choices, such as that of a threshold. */
    VALIDATION,
    /** For figures that are reported. */
    TEST;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
