package org.ttdengine.trainer.data.demo;

import java.util.Locale;

/** Words for constants. */
final class Words {
    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
