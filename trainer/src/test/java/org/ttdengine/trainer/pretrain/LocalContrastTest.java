package org.ttdengine.trainer.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.Device;
import org.ttdengine.engine.Scope;
import org.ttdengine.engine.Shape;
import org.ttdengine.engine.Tensor;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;

class LocalContrastTest {
    private static final int CELLS = 5;
    private static final int CHANNELS = 4;
    private static final BatchWords WORDS = BatchWords.of(List.of("red car", "red ball", "green car by a tree"));

    /** The loss written out in loops, straight from its definition. */
    private static double expected(double[] cells, double[] texts) {
        int captions = WORDS.captions();
        double total = 0;
        for (BatchWords.Occurrence occurrence : WORDS.occurrences()) {
            double sum = 0;
            double own = 0;
            for (int image = 0; image < captions; image++) {
                boolean hasWord = WORDS.occurrences().contains(new BatchWords.Occurrence(occurrence.word(), image));
                if (!hasWord || image == occurrence.caption()) {
                    double e = Math.exp(15 * pooled(cells, texts, image, occurrence.word()));
                    sum += e;
                    own = image == occurrence.caption() ? e : own;
                }
            }
            total -= Math.log(own / sum);
        }
        return total / WORDS.occurrences().size();
    }

    private static double pooled(double[] cells, double[] texts, int image, int word) {
        double weights = 0;
        double sum = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            double cosine = 0;
            for (int c = 0; c < CHANNELS; c++) {
                cosine += cells[(image * CELLS + cell) * CHANNELS + c] * texts[word * CHANNELS + c];
            }
            double weight = Math.exp(LocalContrast.SHARPNESS * cosine);
            weights += weight;
            sum += weight * cosine;
        }
        return sum / weights;
    }

    private static double[] random(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random.doubles(size, -0.5, 0.5).toArray();
    }

    @Test
    void lossAndGradientsAreThoseOfItsDefinition() {
        double[] cells = random(WORDS.captions() * CELLS * CHANNELS, 1);
        double[] texts = random(WORDS.words().size() * CHANNELS, 2);
        try (Device device = Device.reference(DType.F64);
                Scope scope = device.scope("test")) {
            Tape tape = new Tape(scope, true);
            Var cellVar = tape.variable(tensor(scope, cells));
            Var textVar = tape.variable(tensor(scope, texts));
            Var loss = LocalContrast.apply(tape, cellVar, textVar, WORDS);
            assertThat(loss.value().item()).isCloseTo(expected(cells, texts), Offset.offset(1e-6));
            tape.backward(loss);
            assertGradient(cells, cellVar, () -> expected(cells, texts));
            assertGradient(texts, textVar, () -> expected(cells, texts));
        }
    }

    private static Tensor tensor(Scope scope, double[] values) {
        return scope.empty("values", Shape.of(values.length / CHANNELS, CHANNELS))
                .set(values);
    }

    /** Central differences of the written-out loss, element by element. */
    private static void assertGradient(double[] values, Var actual, DoubleSupplier loss) {
        double[] gradient = actual.gradient().toDoubles();
        for (int i = 0; i < values.length; i++) {
            double before = values[i];
            values[i] = before + 1e-5;
            double above = loss.getAsDouble();
            values[i] = before - 1e-5;
            double below = loss.getAsDouble();
            values[i] = before;
            assertThat(gradient[i]).as("element " + i).isCloseTo((above - below) / 2e-5, Offset.offset(1e-6));
        }
    }
}
