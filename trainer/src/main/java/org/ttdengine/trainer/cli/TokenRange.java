package org.ttdengine.trainer.cli;

import java.util.random.RandomGenerator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How many tokens random texts have, start and end included.
 *
 * @param least at least 3, so that two texts can differ
 * @param most no less than {@code least}
 */
record TokenRange(int least, int most) {
    /** A length out of the range. */
    int draw(RandomGenerator random) {
        return least + random.nextInt(most - least + 1);
    }

    /** Reads {@code 12} or {@code 3-4}. */
    static final class Converter implements ITypeConverter<TokenRange> {
        @Override
        public TokenRange convert(String text) {
            String[] parts = text.split("-", -1);
            try {
                TokenRange range =
                        new TokenRange(Integer.parseInt(parts[0]), Integer.parseInt(parts[parts.length - 1]));
                if (parts.length <= 2 && range.least >= 3 && range.most >= range.least) {
                    return range;
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException(wrong(text));
            }
            throw new TypeConversionException(wrong(text));
        }

        private static String wrong(String text) {
            return "'" + text + "' is no number of tokens; give one from 3 on such as 12, or a range such as 3-4";
        }
    }
}
