package org.ttdengine.trainer.data.demo;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ttdengine.trainer.data.SplitMix64;
import org.ttdengine.vit.image.RgbImage;

/**
 * A made-up scene: two to five things before a backdrop, on a ground. It is described without a resolution and drawn at
 * any; the same seed gives the same scene and the same pixels on every machine.
 */
public final class DemoScene {
    private static final int LATTICE = 32;

    private final long seed;
    private final DemoSurface backdrop;
    private final DemoSurface ground;
    private final double horizon;
    private final List<DemoThing> things;
    private final Set<String> tags;

    DemoScene(long seed, DemoSurface backdrop, DemoSurface ground, double horizon, List<DemoThing> things) {
        this.seed = seed;
        this.backdrop = backdrop;
        this.ground = ground;
        this.horizon = horizon;
        this.things = List.copyOf(things);
        this.tags = visibleWords();
    }

    /** The scene of a seed. */
    public static DemoScene of(long seed) {
        return SceneLayout.draw(seed);
    }

    /** The things from back to front. */
    public List<DemoThing> things() {
        return things;
    }

    public DemoSurface backdrop() {
        return backdrop;
    }

    public DemoSurface ground() {
        return ground;
    }

    /** All words that are true of the scene: of things, of their colours, of the ground and the backdrop. */
    public Set<String> tags() {
        return tags;
    }

    /** A sentence about the scene: some of its tags among words that show nothing, and now and then a thing not there. */
    public String caption() {
        return SceneCaption.sentence(this, new SplitMix64(SplitMix64.mix(seed, 1)));
    }

    /**
     * Where a word is true.
     *
     * @return {@code [side*side]}, row-major; nowhere for a word that is no tag
     */
    public boolean[] mask(String tag, int side) {
        boolean[] mask = new boolean[side * side];
        for (int i = 0; i < mask.length; i++) {
            double x = (i % side + 0.5) / side;
            double y = (i / side + 0.5) / side;
            DemoThing thing = thingAt(x, y);
            mask[i] = thing == null
                    ? surfaceAt(y).word().equals(tag)
                    : thing.figure().word().equals(tag) || thing.colour().word().equals(tag);
        }
        return mask;
    }

    /**
     * Draws the scene.
     *
     * @param side width and height in pixels
     */
    public RgbImage render(int side) {
        return new ScenePainter(this, side).paint();
    }

    long seed() {
        return seed;
    }

    /** Where the ground begins, from the top, in sides of the picture. */
    double horizon() {
        return horizon;
    }

    /** What is behind the things at a height. */
    DemoSurface surfaceAt(double y) {
        return y < horizon ? backdrop : ground;
    }

    /** The foremost thing at a point, or null. */
    DemoThing thingAt(double x, double y) {
        for (int i = things.size() - 1; i >= 0; i--) {
            if (things.get(i).at(x, y) != Part.NONE) {
                return things.get(i);
            }
        }
        return null;
    }

    private Set<String> visibleWords() {
        Set<String> words = new LinkedHashSet<>();
        for (int i = 0; i < LATTICE * LATTICE; i++) {
            double y = (i / LATTICE + 0.5) / LATTICE;
            DemoThing thing = thingAt((i % LATTICE + 0.5) / LATTICE, y);
            if (thing == null) {
                words.add(surfaceAt(y).word());
            } else {
                words.add(thing.figure().word());
                words.add(thing.colour().word());
            }
        }
        return Collections.unmodifiableSet(words);
    }
}
