package org.ttdengine.trainer.data.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.ttdengine.vit.image.RgbImage;

class DemoSceneTest {
    @Test
    void theWorldNeverChangesWhateverTheMachine() {
        CRC32C checksum = new CRC32C();
        for (long seed = 0; seed < 40; seed++) {
            DemoScene scene = DemoScene.of(seed);
            checksum.update(scene.render(48).rgb());
            checksum.update(scene.caption().getBytes(StandardCharsets.UTF_8));
            checksum.update(scene.tags().toString().getBytes(StandardCharsets.UTF_8));
        }
        // Small models are trained on these scenes: a change here asks for training them anew.
        assertThat(checksum.getValue()).isEqualTo(2559091386L);
    }

    @Test
    void scenesHoldTwoToFiveDifferentThingsOfAllKinds() {
        Set<DemoFigure> figures = EnumSet.noneOf(DemoFigure.class);
        Set<DemoColour> colours = EnumSet.noneOf(DemoColour.class);
        Set<DemoSurface> surfaces = EnumSet.noneOf(DemoSurface.class);
        Set<Integer> counts = new TreeSet<>();
        for (long seed = 0; seed < 400; seed++) {
            DemoScene scene = DemoScene.of(seed);
            counts.add(scene.things().size());
            assertThat(scene.things()).extracting(DemoThing::figure).doesNotHaveDuplicates();
            for (DemoThing thing : scene.things()) {
                figures.add(thing.figure());
                colours.add(thing.colour());
            }
            surfaces.add(scene.ground());
            surfaces.add(scene.backdrop());
        }
        assertThat(counts).containsExactly(2, 3, 4, 5);
        assertThat(figures).hasSizeGreaterThanOrEqualTo(12).hasSameSizeAs(DemoFigure.values());
        assertThat(colours).hasSizeGreaterThanOrEqualTo(8).hasSameSizeAs(DemoColour.values());
        assertThat(surfaces).hasSizeGreaterThanOrEqualTo(6).hasSameSizeAs(DemoSurface.values());
    }

    @Test
    void masksOfFiguresAndSurfacesCoverEachPixelOnce() {
        int side = 56;
        for (long seed = 0; seed < 50; seed++) {
            DemoScene scene = DemoScene.of(seed);
            int[] covered = new int[side * side];
            Stream<String> words = Stream.concat(
                    Stream.of(DemoFigure.values()).map(DemoFigure::word),
                    Stream.of(DemoSurface.values()).map(DemoSurface::word));
            words.forEach(word -> add(covered, scene.mask(word, side)));
            int bare = 0;
            for (int count : covered) {
                assertThat(count).isLessThanOrEqualTo(1);
                bare += 1 - count;
            }
            // A surface of which hardly anything shows is no tag.
            assertThat(bare).isLessThan(2 * side * side / 200);
            int[] coloured = new int[side * side];
            for (DemoColour colour : DemoColour.values()) {
                add(coloured, scene.mask(colour.word(), side));
            }
            int[] things = new int[side * side];
            for (DemoFigure figure : DemoFigure.values()) {
                add(things, scene.mask(figure.word(), side));
            }
            assertThat(coloured).isEqualTo(things);
        }
    }

    private static void add(int[] sum, boolean[] mask) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += mask[i] ? 1 : 0;
        }
    }

    @Test
    void tagsAreTheWordsThatHalfAPerCentOfThePictureShows() {
        List<String> vocabulary = new ArrayList<>(List.of("london", ""));
        vocabulary.addAll(DemoWords.visible());
        for (long seed = 0; seed < 60; seed++) {
            DemoScene scene = DemoScene.of(seed);
            for (String word : vocabulary) {
                // Another lattice than the scene's own, whence the margin.
                assertThat(count(scene.mask(word, 80)) > 80 * 80 / 250)
                        .as("%s in scene %d", word, seed)
                        .isEqualTo(scene.tags().contains(word));
            }
        }
    }

    @Test
    void aMaterialAndAColourAreAllThingsThatHaveThem() {
        int side = 40;
        for (long seed = 0; seed < 60; seed++) {
            DemoScene scene = DemoScene.of(seed);
            for (DemoThing thing : scene.things()) {
                boolean[] own = scene.mask(thing.figure().word(), side);
                List<String> words = new ArrayList<>(List.of(thing.colour().word()));
                thing.material().map(DemoMaterial::word).ifPresent(words::add);
                for (String word : words) {
                    assertThat(count(both(own, scene.mask(word, side)))).isEqualTo(count(own));
                }
                for (String other : DemoWords.materials()) {
                    if (!words.contains(other)) {
                        assertThat(count(both(own, scene.mask(other, side)))).isZero();
                    }
                }
            }
        }
    }

    private static boolean[] both(boolean[] a, boolean[] b) {
        boolean[] both = new boolean[a.length];
        for (int i = 0; i < a.length; i++) {
            both[i] = a[i] && b[i];
        }
        return both;
    }

    @Test
    void masksAreTheSameAtEveryResolution() {
        for (long seed = 0; seed < 20; seed++) {
            DemoScene scene = DemoScene.of(seed);
            for (String tag : scene.tags()) {
                boolean[] coarse = scene.mask(tag, 30);
                boolean[] fine = scene.mask(tag, 90);
                // The middle of every 3x3 pixels is the pixel's own middle.
                for (int i = 0; i < coarse.length; i++) {
                    assertThat(fine[(i / 30 * 3 + 1) * 90 + i % 30 * 3 + 1]).isEqualTo(coarse[i]);
                }
            }
        }
    }

    @Test
    void someThingsAreMoreThanTwiceAsLargeAsOthers() {
        List<Double> radii = new ArrayList<>();
        for (long seed = 0; seed < 300; seed++) {
            DemoScene.of(seed).things().forEach(thing -> radii.add(thing.radius()));
        }
        assertThat(radii.stream().filter(r -> r < 0.14).count()).isGreaterThan(radii.size() / 20);
        assertThat(radii.stream().filter(r -> r > 0.28).count()).isGreaterThan(radii.size() / 20);
    }

    @Test
    void frequentWordsAreManyTimesAsFrequentAsRareOnes() {
        Map<String, Integer> counts = new HashMap<>();
        for (long seed = 0; seed < 2000; seed++) {
            DemoScene.of(seed).tags().forEach(tag -> counts.merge(tag, 1, Integer::sum));
        }
        assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(DemoWords.visible());
        assertThat(counts.values()).allMatch(count -> count > 60);
        for (List<String> words : List.of(DemoWords.objects(), DemoWords.colours())) {
            assertThat(counts.get(words.get(0))).isGreaterThan(2 * counts.get(words.get(words.size() - 1)));
        }
    }

    @Test
    void whatIsDrawnLiesWhereTheMaskSays() {
        int side = 96;
        int compared = 0;
        for (long seed = 0; seed < 60; seed++) {
            DemoScene scene = DemoScene.of(seed);
            List<DemoThing> things = scene.things();
            DemoThing front = things.get(things.size() - 1);
            DemoScene without = new DemoScene(
                    seed, scene.backdrop(), scene.ground(), scene.horizon(), things.subList(0, things.size() - 1));
            boolean[] mask = scene.mask(front.figure().word(), side);
            RgbImage picture = scene.render(side);
            RgbImage rest = without.render(side);
            for (int i = 0; i < mask.length; i++) {
                int neighbours = neighbours(mask, i, side);
                int difference = difference(picture, rest, i);
                if (neighbours == 0) {
                    // A shadow at the most, which only darkens.
                    assertThat(brightness(picture, i)).isLessThanOrEqualTo(brightness(rest, i));
                } else if (neighbours == 9) {
                    compared += difference > 0 ? 1 : 0;
                    compared -= difference == 0 ? 20 : 0;
                }
            }
        }
        assertThat(compared)
                .as("pixels within the mask that differ, less those that do not")
                .isGreaterThan(10_000);
    }

    private static int neighbours(boolean[] mask, int at, int side) {
        int count = 0;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                int x = Math.max(0, Math.min(side - 1, at % side + dx));
                int y = Math.max(0, Math.min(side - 1, at / side + dy));
                count += mask[y * side + x] ? 1 : 0;
            }
        }
        return count;
    }

    private static int difference(RgbImage a, RgbImage b, int pixel) {
        int sum = 0;
        for (int i = 3 * pixel; i < 3 * pixel + 3; i++) {
            sum += Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff));
        }
        return sum;
    }

    private static int brightness(RgbImage image, int pixel) {
        int sum = 0;
        for (int i = 3 * pixel; i < 3 * pixel + 3; i++) {
            sum += image.rgb()[i] & 0xff;
        }
        return sum;
    }

    @Test
    void aSceneLooksTheSameAtEveryResolution() {
        for (long seed = 0; seed < 10; seed++) {
            // Single pixels of a texture differ; averaged over sevenths of the picture they must not. Below two pixels
            // a
            // period, at 32 pixels a side, a material's texture could not be drawn at all.
            RgbImage small = halved(halved(halved(DemoScene.of(seed).render(56))));
            RgbImage large = halved(halved(halved(halved(DemoScene.of(seed).render(112)))));
            RgbImage other = halved(halved(halved(DemoScene.of(seed + 1).render(56))));
            assertThat(distance(small, large)).isLessThan(0.1 * distance(small, other));
        }
    }

    private static RgbImage halved(RgbImage image) {
        int side = image.width() / 2;
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            int x = 2 * (i / 3 % side);
            int y = 2 * (i / 3 / side);
            int sum = 0;
            for (int k = 0; k < 4; k++) {
                sum += image.rgb()[3 * ((y + k / 2) * image.width() + x + k % 2) + i % 3] & 0xff;
            }
            rgb[i] = (byte) (sum / 4);
        }
        return new RgbImage(side, side, rgb);
    }

    private static double distance(RgbImage a, RgbImage b) {
        double sum = 0;
        for (int i = 0; i < a.width() * a.height(); i++) {
            sum += difference(a, b, i) / 3.0;
        }
        return sum / (a.width() * a.height());
    }

    @Test
    void captionsAreLowerCaseTokensWithTheRightArticle() {
        for (long seed = 0; seed < 500; seed++) {
            assertThat(DemoScene.of(seed).caption())
                    .matches("[a-z',.]+( [a-z',.]+)*")
                    .doesNotContainPattern("\\ba [aeiou]")
                    .doesNotContainPattern("\\ban [^aeiou]");
        }
    }

    @Test
    void captionsNameSomeOfTheTruthAmongOtherWords() {
        int scenes = 2000;
        int side = 32;
        double words = 0;
        double visible = 0;
        double covered = 0;
        double lies = 0;
        double complete = 0;
        for (long seed = 0; seed < scenes; seed++) {
            DemoScene scene = DemoScene.of(seed);
            Set<String> caption = new HashSet<>(List.of(scene.caption().split(" ")));
            caption.removeAll(List.of(",", "."));
            words += caption.size();
            for (String word : caption) {
                visible += scene.tags().contains(word) ? 1 : 0;
                lies += DemoWords.objects().contains(word) && !scene.tags().contains(word) ? 1 : 0;
            }
            covered += count(scene.union(caption, side));
            complete += caption.containsAll(scene.tags()) ? 1 : 0;
        }
        assertThat(words / scenes).as("distinct words a caption").isBetween(9.5, 11.5);
        assertThat(visible / scenes).as("visible words a caption").isBetween(3.0, 4.0);
        assertThat(visible / words)
                .as("share of distinct words that are visible")
                .isBetween(0.28, 0.34);
        assertThat(covered / (scenes * side * side))
                .as("share of the picture the caption speaks of")
                .isBetween(0.25, 0.3);
        assertThat(lies / scenes).as("captions that name an absent thing").isBetween(0.1, 0.14);
        assertThat(complete / scenes).as("captions that tell all").isLessThan(0.05);
    }

    private static int count(boolean[] mask) {
        int count = 0;
        for (boolean set : mask) {
            count += set ? 1 : 0;
        }
        return count;
    }

    @Test
    void sizesThatAreNoneAreRefused() {
        assertThatThrownBy(() -> DemoScene.of(1).render(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DemoScene.of(1).render(1 << 20)).isInstanceOf(IllegalArgumentException.class);
    }
}
