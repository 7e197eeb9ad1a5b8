package org.ttdengine.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ttdengine.trainer.ttd.Grounding;
import org.ttdengine.vit.image.Images;
import org.ttdengine.vit.image.RgbImage;

class MapPicturesTest {
    private static final float[] MAP = {0, 1};

    @TempDir
    private Path folder;

    private MapPictures pictures() throws IOException {
        return new MapPictures(folder, new RgbImage(4, 1, new byte[12]), new Grounding.Grid(1, 2, null));
    }

    @Test
    void titlesBecomeFileNamesThatAnyFileSystemTakes() throws IOException {
        MapPictures pictures = pictures();
        for (String title :
                new String[] {"dog", "traffic light", "../up", "日本", "DOG", "x".repeat(300), "traffic/light"}) {
            pictures.map(title, MAP, 0.5);
        }
        assertThat(pictures.written().stream()
                        .map(file -> folder.relativize(file).toString())
                        .filter(name -> name.endsWith("-heat.png")))
                .containsExactly(
                        "dog-heat.png",
                        "traffic_light-heat.png",
                        "up-heat.png",
                        "tag-heat.png",
                        "DOG-2-heat.png",
                        "x".repeat(40) + "-heat.png",
                        "traffic_light-2-heat.png");
        assertThat(pictures.written()).allMatch(Files::isRegularFile).hasSize(14);
    }

    @Test
    void overlaysMixHeatIntoThePictureByTheirOpacity() throws IOException {
        MapPictures pictures = pictures();
        pictures.map("all", new float[] {1, 1}, 1);
        pictures.map("half", new float[] {1, 1}, 0.5);
        assertThat(Images.read(folder.resolve("all-overlay.png")).rgb())
                .isEqualTo(Images.read(folder.resolve("all-heat.png")).rgb())
                .startsWith(0xfc, 0xff, 0xa4);
        assertThat(Images.read(folder.resolve("half-overlay.png")).rgb()).startsWith(0x7e, 0x80, 0x52);
    }

    @Test
    void thePaletteIsThatOfPascalVoc() {
        assertThat(MapPictures.palette(16))
                .startsWith(0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0x800080, 0x008080, 0x808080, 0x400000)
                .endsWith(0xc08080);
    }
}
