package org.ttdengine.trainer.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ttdengine.trainer.ttd.Grounding;

/** Dense features of some samples as colours, before and after training. */
final class FeatureColours {
    private final List<ChangedSample> samples;

    FeatureColours(List<ChangedSample> samples) {
        this.samples =
                samples.stream().filter(sample -> sample.features().isPresent()).toList();
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    /** A figure per sample. */
    String html() {
        PrincipalColours colours = fit();
        StringBuilder html = new StringBuilder("<div class=\"features\">\n");
        for (ChangedSample sample : samples) {
            ChangedSample.Features features = sample.features().orElseThrow();
            Tiles tiles = Tiles.of(sample.picture());
            String what = " of: " + sample.before().caption();
            html.append("<figure class=\"pair\"><div>");
            html.append(Html.image(tiles.png(), "map", "The picture" + what));
            html.append(Html.image(
                    tiles.colours(colours, features.before(), sample.before().grid()),
                    "map",
                    "Features before training" + what));
            html.append(Html.image(
                    tiles.colours(colours, features.after(), sample.after().grid()),
                    "map",
                    "Features after training" + what));
            html.append("</div><div class=\"sides\" aria-hidden=\"true\"><span>picture</span><span>before</span>");
            html.append("<span>after</span></div></figure>\n");
        }
        return html.append("</div>\n").toString();
    }

    /** The colours that all features of all samples share, before and after. */
    private PrincipalColours fit() {
        List<float[]> vectors = new ArrayList<>();
        ChangedSample first = samples.get(0);
        int channels = first.features().orElseThrow().before().length
                / first.before().grid().cells();
        for (ChangedSample sample : samples) {
            ChangedSample.Features features = sample.features().orElseThrow();
            vectors.add(valid(features.before(), sample.before().grid(), channels));
            vectors.add(valid(features.after(), sample.after().grid(), channels));
        }
        return PrincipalColours.fit(vectors, channels);
    }

    /** The rows of the cells that show the picture. */
    private static float[] valid(float[] features, Grounding.Grid grid, int channels) {
        float[] rows = new float[features.length];
        int count = 0;
        for (int cell = 0; cell < grid.cells(); cell++) {
            if (grid.isValid(cell)) {
                System.arraycopy(features, cell * channels, rows, channels * count++, channels);
            }
        }
        return Arrays.copyOf(rows, channels * count);
    }
}
