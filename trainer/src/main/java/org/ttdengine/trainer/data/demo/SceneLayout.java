package org.ttdengine.trainer.data.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ttdengine.trainer.data.SplitMix64;

/** Draws lots for what a scene holds and where. */
final class SceneLayout {
    private static final int LATTICE = 32;
    /** The least part of a thing that others leave visible. */
    private static final double MIN_VISIBLE = 0.5;
    /** The least visible part of a thing, in points of the lattice: 1.2 per cent of the picture. */
    private static final int MIN_POINTS = 12;
    /** The least distance between a thing's colour and what is behind it. */
    private static final double MIN_CONTRAST = 75;

    private static final int ATTEMPTS = 12;
    /** Shares of small and of large things. */
    private static final double SMALL = 0.15;

    private static final double LARGE = 0.33;
    /** Share of things without a material. */
    private static final double PLAIN = 0.4;
    /** How often a figure takes its usual colour or material without drawing lots. */
    private static final double USUAL = 0.25;

    private final SplitMix64 random;
    private final DemoSurface backdrop;
    private final DemoSurface ground;
    private final double horizon;

    private SceneLayout(SplitMix64 random) {
        this.random = random;
        this.ground = DemoSurface.values()[rank(6)];
        boolean indoors = ground == DemoSurface.FLOOR || ground == DemoSurface.ROAD && random.nextBoolean(0.5);
        this.backdrop = indoors ? DemoSurface.WALL : DemoSurface.SKY;
        this.horizon = random.nextDouble(0.3, 0.55);
    }

    /** The scene of a seed. */
    static DemoScene draw(long seed) {
        SplitMix64 random = new SplitMix64(seed);
        SceneLayout layout = new SceneLayout(random);
        return new DemoScene(seed, layout.backdrop, layout.ground, layout.horizon, layout.things());
    }

    private List<DemoThing> things() {
        int wanted = 2 + random.nextInt(2) + random.nextInt(2) + (random.nextBoolean(0.25) ? 1 : 0);
        List<DemoThing> things = new ArrayList<>();
        Set<DemoFigure> used = EnumSet.noneOf(DemoFigure.class);
        // A scene of fewer than two things would be no scene; the first two always find room in the end.
        for (int attempt = 0; things.size() < wanted && (attempt < ATTEMPTS || things.size() < 2); attempt++) {
            DemoFigure figure = figure(used);
            List<DemoThing> more = new ArrayList<>(things);
            more.add(place(figure));
            more.sort(Comparator.comparingDouble(SceneLayout::depth));
            if (allVisible(more)) {
                things = more;
                used.add(figure);
            }
        }
        return things;
    }

    /** A figure not used yet, the first ones more often. */
    private DemoFigure figure(Set<DemoFigure> used) {
        while (true) {
            DemoFigure figure = DemoFigure.values()[rank(DemoFigure.values().length)];
            if (!used.contains(figure)) {
                return figure;
            }
        }
    }

    private DemoThing place(DemoFigure figure) {
        double radius = radius();
        double x = random.nextDouble(0.8 * radius, 1 - 0.8 * radius);
        double top = figure.floats() ? radius : Math.max(radius, horizon + 0.06 - 0.95 * radius);
        double y = random.nextDouble(top, Math.max(top + 0.01, 1 - 0.98 * radius));
        double angle = random.nextDouble(-1, 1) * (figure.floats() ? 0.45 : 0.14);
        return new DemoThing(figure, colour(figure), material(figure), x, y, radius, angle);
    }

    /** Half a thing's size: mostly middling, some small, some large. */
    private double radius() {
        double kind = random.nextDouble();
        if (kind < SMALL) {
            return random.nextDouble(0.1, 0.14);
        }
        return kind < SMALL + LARGE ? random.nextDouble(0.25, 0.4) : random.nextDouble(0.14, 0.25);
    }

    /** The figure's usual colour or any, the first ones more often; one that stands out from what is behind. */
    private DemoColour colour(DemoFigure figure) {
        DemoColour colour = random.nextBoolean(USUAL) ? figure.usualColour() : anyColour();
        while (!standsOut(colour)) {
            colour = anyColour();
        }
        return colour;
    }

    private DemoColour anyColour() {
        return DemoColour.values()[rank(DemoColour.values().length)];
    }

    private boolean standsOut(DemoColour colour) {
        Rgb tone = colour.tone(Part.MAIN);
        return tone.distance(ground.mean()) > MIN_CONTRAST && tone.distance(backdrop.mean()) > MIN_CONTRAST;
    }

    private Optional<DemoMaterial> material(DemoFigure figure) {
        if (random.nextBoolean(PLAIN)) {
            return Optional.empty();
        }
        DemoMaterial[] materials = DemoMaterial.values();
        return Optional.of(random.nextBoolean(USUAL) ? figure.usualMaterial() : materials[rank(materials.length)]);
    }

    /** A number below a bound with a probability that falls as 1 / (number + 4). */
    private int rank(int bound) {
        while (true) {
            int rank = random.nextInt(bound);
            if (random.nextBoolean(4.0 / (rank + 4))) {
                return rank;
            }
        }
    }

    /** What floats is behind, what stands nearer to the lower edge is in front. */
    private static double depth(DemoThing thing) {
        return thing.figure().floats() ? thing.y() - 1 : thing.y() + thing.radius();
    }

    private static boolean allVisible(List<DemoThing> things) {
        int[] whole = new int[things.size()];
        int[] visible = new int[things.size()];
        for (int i = 0; i < LATTICE * LATTICE; i++) {
            double x = (i % LATTICE + 0.5) / LATTICE;
            double y = (i / LATTICE + 0.5) / LATTICE;
            boolean covered = false;
            for (int j = things.size() - 1; j >= 0; j--) {
                if (things.get(j).at(x, y) != Part.NONE) {
                    whole[j]++;
                    visible[j] += covered ? 0 : 1;
                    covered = true;
                }
            }
        }
        for (int j = 0; j < whole.length; j++) {
            if (visible[j] < MIN_POINTS || visible[j] < MIN_VISIBLE * whole[j]) {
                return false;
            }
        }
        return true;
    }
}
