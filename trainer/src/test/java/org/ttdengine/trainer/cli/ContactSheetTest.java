package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.vit.image.HeatMaps;
import org.ttdengine.vit.image.RgbImage;

class ContactSheetTest {
    private static final float[] MAP = {0, 1};

    private static ContactSheet sheet(String title) {
        return new ContactSheet(title, new RgbImage(40, 20, new byte[2400]), new Grounding.Grid(1, 2, null), 0.5);
    }

    private static Set<Integer> colours(RgbImage sheet) {
        Set<Integer> colours = new HashSet<>();
        for (int i = 0; i < sheet.rgb().length; i += 3) {
            colours.add((sheet.rgb()[i] & 0xff) << 16 | (sheet.rgb()[i + 1] & 0xff) << 8 | sheet.rgb()[i + 2] & 0xff);
        }
        return colours;
    }

    @Test
    void everyMapGetsAPlaceAndTheScaleItsColours() throws IOException {
        ContactSheet sheet = sheet("three");
        sheet.add("a", true, MAP);
        sheet.add("b", false, MAP);
        RgbImage oneRow = sheet.draw();
        sheet.add("c", true, MAP);
        RgbImage twoRows = sheet.draw();
        assertThat(twoRows.width()).isEqualTo(oneRow.width());
        assertThat(twoRows.height()).isEqualTo(oneRow.height() + 24 + 88 + 20);
        for (int colour : HeatMaps.palette(220)) {
            assertThat(colours(oneRow)).contains(colour);
        }
    }

    /** White paper alone, without a drop of ink where the text should be, would be a sheet without fonts. */
    @Test
    void labelsAreWritten() throws IOException {
        ContactSheet blank = sheet(" ");
        blank.add(" ", true, MAP);
        ContactSheet labelled = sheet(" ");
        labelled.add("umbrella", true, MAP);
        assertThat(labelled.draw().rgb()).isNotEqualTo(blank.draw().rgb());
    }

    @Test
    void labelsStayInTheirPlaceHoweverLongAndStrange() throws IOException {
        ContactSheet strange = sheet("x".repeat(10_000));
        strange.add("日本 \u202e\u0007" + "é".repeat(5_000), true, MAP);
        strange.add("b", false, MAP);
        RgbImage sheet = strange.draw();
        for (int y = 0; y < sheet.height(); y++) {
            for (int x = sheet.width() - 20; x < sheet.width(); x++) {
                assertThat(sheet.rgb()[3 * (y * sheet.width() + x)]).isEqualTo((byte) 0xff);
            }
        }
    }

    @Test
    void aPictureOfOnePixelHasASheet() throws IOException {
        ContactSheet tiny =
                new ContactSheet("t", new RgbImage(1000, 1, new byte[3000]), new Grounding.Grid(1, 2, null), 0.5);
        tiny.add("a", true, MAP);
        assertThat(tiny.draw().width()).isGreaterThan(300);
    }
}
