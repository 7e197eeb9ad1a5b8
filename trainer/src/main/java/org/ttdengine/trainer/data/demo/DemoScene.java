package org.ttdengine.trainer.data.demo;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ttdengine.trainer.data.SplitMix64;
import org.ttdengine.vit.image.RgbImage;

/**
 * A made-up scene: two to five things before a backdrop, on a ground. It is described without a resolution and drawn at
 * any; the same seed gives the same scene and the same pixels on every machine.
 */
public final class DemoScene {
    private static final int LATTICE = 64;
    /** The least share of the picture a word must be true of to be a tag. */
    private static final double MIN_SHARE = 0.005;

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

    /**
     * All words that are true of the scene: of things, of their colours and materials, of the ground and the backdrop, as
     * far as at least half a per cent of the picture shows them.
     */
    public Set<String> tags() {
        return tags;
    }

    /** A sentence about the scene: some of its tags among words that show nothing, and now and then a thing not there. */
    public String caption() {
        return SceneCaption.sentence(this, new SplitMix64(SplitMix64.mix(seed, 1)));
    }

    /**
     * Where a word is true: all things that it is true of, or a surface.
     *
     * @return {@code [side*side]}, row-major; nowhere for a word that is no tag
     */
    public boolean[] mask(String tag, int side) {
        return union(List.of(tag), side);
    }

    /**
     * Where any of some words is true.
     *
     * @return {@code [side*side]}, row-major; words that are no tags add nothing
     */
    public boolean[] union(Collection<String> words, int side) {
        List<String> wanted = words.stream().filter(tags::contains).toList();
        boolean[] shown = new boolean[things.size()];
        for (int i = 0; i < shown.length; i++) {
            shown[i] = wanted.stream().anyMatch(things.get(i)::is);
        }
        boolean behind = wanted.contains(backdrop.word());
        boolean below = wanted.contains(ground.word());
        boolean[] mask = new boolean[side * side];
        for (int i = 0; i < mask.length; i++) {
            double y = (i / side + 0.5) / side;
            int thing = indexAt((i % side + 0.5) / side, y);
            mask[i] = thing >= 0 ? shown[thing] : y < horizon ? behind : below;
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

    /** The foremost thing at a point, or -1. */
    private int indexAt(double x, double y) {
        for (int i = things.size() - 1; i >= 0; i--) {
            if (things.get(i).at(x, y) != Part.NONE) {
                return i;
            }
        }
        return -1;
    }

    private Set<String> visibleWords() {
        Map<String, Integer> points = new LinkedHashMap<>();
        int[] seen = new int[things.size()];
        int behind = 0;
        int below = 0;
        for (int i = 0; i < LATTICE * LATTICE; i++) {
            double y = (i / LATTICE + 0.5) / LATTICE;
            int thing = indexAt((i % LATTICE + 0.5) / LATTICE, y);
            if (thing >= 0) {
                seen[thing]++;
            } else if (y < horizon) {
                behind++;
            } else {
                below++;
            }
        }
        for (int i = 0; i < seen.length; i++) {
            DemoThing thing = things.get(i);
            points.merge(thing.figure().word(), seen[i], Integer::sum);
            points.merge(thing.colour().word(), seen[i], Integer::sum);
            if (thing.material().isPresent()) {
                points.merge(thing.material().get().word(), seen[i], Integer::sum);
            }
        }
        points.put(ground.word(), below);
        points.put(backdrop.word(), behind);
        points.values().removeIf(count -> count < MIN_SHARE * LATTICE * LATTICE);
        return Collections.unmodifiableSet(points.keySet());
    }
}
