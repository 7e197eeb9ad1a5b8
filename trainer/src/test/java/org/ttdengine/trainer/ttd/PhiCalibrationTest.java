package org.ttdengine.trainer.ttd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.backend.Phi;

class PhiCalibrationTest {
    /** A caption whose own map is far off, and words with the given cosines, a row of cells each. */
    private static Grounding grounding(boolean[] valid, float[]... words) {
        int cells = words[0].length;
        float[] cosines = new float[(1 + words.length) * cells];
        for (int cell = 0; cell < cells; cell++) {
            cosines[cell] = -1;
        }
        List<Tag> tags = new ArrayList<>();
        for (int t = 0; t < words.length; t++) {
            System.arraycopy(words[t], 0, cosines, (1 + t) * cells, cells);
            tags.add(new Tag("word" + t, t, false));
        }
        return new Grounding(
                TtdOptions.paper(),
                tags,
                new Grounding.Grid(1, cells, valid),
                new float[cells],
                new float[1 + words.length],
                cosines,
                new boolean[words.length]);
    }

    /**
     * Peaks 0.1, 0.2, 0.3, 0.4: three quarters of them are at most 0.3. Of the eight cosines 0 0 0 0 0.1 0.2 0.3 0.4 half
     * are at most 0 and 99 of a hundred at most 0.4, so that w = 4 / 0.4.
     */
    @Test
    void phiIsOneHalfAtTheThirdQuartileOfPeaksAndAsSteepAsTheSpreadOfCosinesSays() {
        PhiCalibration calibration = new PhiCalibration();
        calibration.observe(grounding(null, new float[] {0.1f, 0}, new float[] {0, 0.4f}));
        calibration.observe(grounding(null, new float[] {0, 0.3f}, new float[] {0.2f, 0}));
        Phi phi = calibration.phi();
        assertThat(phi.sigmoid()).isTrue();
        assertThat(phi.w()).isCloseTo(10, within(1e-6));
        assertThat(phi.b()).isCloseTo(-3, within(1e-6));
        assertThat(phi.of(0.3)).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void paddingDoesNotCount() {
        PhiCalibration whole = new PhiCalibration();
        whole.observe(grounding(null, new float[] {0.1f, 0.5f}));
        PhiCalibration padded = new PhiCalibration();
        padded.observe(grounding(new boolean[] {true, true, false}, new float[] {0.1f, 0.5f, 0.9f}));
        assertThat(padded.phi()).isEqualTo(whole.phi());
    }

    @Test
    void aQuantileIsTheSmallestValueThatReachesTheShare() {
        List<Double> values = List.of(4.0, 1.0, 3.0, 2.0);
        assertThat(PhiCalibration.quantile(values, 0)).isEqualTo(1);
        assertThat(PhiCalibration.quantile(values, 0.25)).isEqualTo(1);
        assertThat(PhiCalibration.quantile(values, 0.26)).isEqualTo(2);
        assertThat(PhiCalibration.quantile(values, 0.75)).isEqualTo(3);
        assertThat(PhiCalibration.quantile(values, 1)).isEqualTo(4);
        assertThat(PhiCalibration.quantile(List.of(), 0.5)).isNaN();
    }

    @Test
    void aModelThatTellsNothingApartHasNoPhi() {
        PhiCalibration calibration = new PhiCalibration();
        calibration.observe(grounding(null, new float[] {0.2f, 0.2f}));
        assertThatThrownBy(calibration::phi).hasMessageContaining("--phi auto").hasMessageContaining("give w,b");
        assertThatThrownBy(new PhiCalibration()::phi).hasMessageContaining("--phi auto");
    }
}
