package org.ttdengine.trainer.data.demo;

import org.ttdengine.trainer.data.SplitMix64;
import org.ttdengine.vit.image.RgbImage;

/** Draws a scene: surfaces, then things from back to front with soft shadows, then the camera's exposure and noise. */
final class ScenePainter {
    /** Samples a pixel's side where a thing's edge or pattern crosses it. */
    private static final int FINE = 4;

    /** Samples a pixel's side where only a material's texture varies. */
    private static final int COARSE = 2;

    private static final double SHADOW = 0.45;
    private static final double GRAIN = 5;

    private final DemoScene scene;
    private final int side;
    private final float[] canvas;
    private final Noise noise;
    private final double lightX;
    private final double exposure;
    private final double warmth;

    ScenePainter(DemoScene scene, int side) {
        if (side < 1 || side > 4096) {
            throw new IllegalArgumentException("a scene of " + side + " pixels a side cannot be drawn");
        }
        this.scene = scene;
        this.side = side;
        this.canvas = new float[3 * side * side];
        this.noise = new Noise(SplitMix64.mix(scene.seed(), 2));
        SplitMix64 camera = new SplitMix64(SplitMix64.mix(scene.seed(), 3));
        this.lightX = camera.nextDouble(-1, 1);
        this.exposure = camera.nextDouble(0.88, 1.08);
        this.warmth = camera.nextDouble(-0.03, 0.03);
    }

    RgbImage paint() {
        paintSurfaces();
        for (DemoThing thing : scene.things()) {
            if (!thing.figure().floats()) {
                paintShadow(thing);
            }
            paintThing(thing);
        }
        return develop();
    }

    private void paintSurfaces() {
        for (int row = 0; row < side; row++) {
            double y = (row + 0.5) / side;
            DemoSurface surface = scene.surfaceAt(y);
            double depth = (y - scene.horizon()) / (1 - scene.horizon());
            double nearness = 1 / (Math.max(0, depth) + 0.4);
            double height = 3 * nearness * nearness / (1 - scene.horizon()) / side;
            double haze = surface.isGround() ? Math.max(0, 0.25 - 0.6 * depth) : 0;
            for (int column = 0; column < side; column++) {
                double x = (column + 0.5) / side - 0.5;
                Rgb colour = surface.isGround()
                        ? surface.at(1.4 * x * nearness + 8, 3 * nearness, 1.4 * nearness / side, height, noise)
                        : surface.at(x + 8, y, 1.0 / side, 1.0 / side, noise);
                put(row * side + column, colour.towards(scene.backdrop().mean(), haze), 1);
            }
        }
    }

    /** An ellipse on the ground below the thing, dark in its middle. */
    private void paintShadow(DemoThing thing) {
        double centreX = thing.x() - 0.12 * lightX * thing.radius();
        double centreY = thing.y() + 0.93 * thing.radius();
        double radiusX = 1.05 * thing.radius();
        double radiusY = 0.2 * thing.radius();
        for (int row = pixel(centreY - radiusY); row <= pixel(centreY + radiusY); row++) {
            for (int column = pixel(centreX - radiusX); column <= pixel(centreX + radiusX); column++) {
                double dx = ((column + 0.5) / side - centreX) / radiusX;
                double dy = ((row + 0.5) / side - centreY) / radiusY;
                double inside = 1 - dx * dx - dy * dy;
                if (inside > 0) {
                    put(row * side + column, Rgb.BLACK, SHADOW * inside);
                }
            }
        }
    }

    private void paintThing(DemoThing thing) {
        double extent = thing.extent();
        for (int row = pixel(thing.y() - extent); row <= pixel(thing.y() + extent); row++) {
            for (int column = pixel(thing.x() - extent); column <= pixel(thing.x() + extent); column++) {
                paintPixel(thing, row, column);
            }
        }
    }

    private void paintPixel(DemoThing thing, int row, int column) {
        double x = (column + 0.5) / side;
        double y = (row + 0.5) / side;
        double quarter = 0.25 / side;
        Part part = thing.at(x - quarter, y - quarter);
        boolean even = part == thing.at(x + quarter, y - quarter)
                && part == thing.at(x - quarter, y + quarter)
                && part == thing.at(x + quarter, y + quarter);
        if (even && part == Part.NONE) {
            return;
        }
        if (even && thing.isEven(part)) {
            put(row * side + column, thing.tone(part, x, y).times(shade(thing, x, y)), 1);
        } else {
            paintFinely(thing, row, column, even ? COARSE : FINE);
        }
    }

    private void paintFinely(DemoThing thing, int row, int column, int samples) {
        double red = 0;
        double green = 0;
        double blue = 0;
        int inside = 0;
        for (int i = 0; i < samples * samples; i++) {
            double x = (column + (i % samples + 0.5) / samples) / side;
            double y = (row + (i / samples + 0.5) / samples) / side;
            Part part = thing.at(x, y);
            if (part != Part.NONE) {
                Rgb tone = thing.tone(part, x, y);
                red += tone.red();
                green += tone.green();
                blue += tone.blue();
                inside++;
            }
        }
        if (inside > 0) {
            double shade = shade(thing, (column + 0.5) / side, (row + 0.5) / side);
            Rgb mean = new Rgb(red / inside, green / inside, blue / inside);
            put(row * side + column, mean.times(shade), (double) inside / (samples * samples));
        }
    }

    /** Brighter towards the light, darker towards the rim. */
    private double shade(DemoThing thing, double x, double y) {
        double u = (x - thing.x()) / thing.radius();
        double v = (y - thing.y()) / thing.radius();
        return 1.08 + 0.12 * (lightX * u - v) - 0.12 * (u * u + v * v);
    }

    private void put(int pixel, Rgb colour, double cover) {
        canvas[3 * pixel] += (float) (cover * (colour.red() - canvas[3 * pixel]));
        canvas[3 * pixel + 1] += (float) (cover * (colour.green() - canvas[3 * pixel + 1]));
        canvas[3 * pixel + 2] += (float) (cover * (colour.blue() - canvas[3 * pixel + 2]));
    }

    private RgbImage develop() {
        byte[] rgb = new byte[canvas.length];
        double[] gain = {exposure * (1 + warmth), exposure, exposure * (1 - warmth)};
        long grainSeed = SplitMix64.mix(scene.seed(), 4);
        for (int pixel = 0; pixel < side * side; pixel++) {
            long bits = SplitMix64.mix(grainSeed ^ pixel);
            for (int channel = 0; channel < 3; channel++) {
                // The sum of two uniform bytes is a triangle from -1 to 1.
                double grain = ((bits & 0xff) + (bits >>> 8 & 0xff)) / 255.0 - 1;
                bits >>>= 16;
                double value = gain[channel] * canvas[3 * pixel + channel] + 2 * GRAIN * grain;
                rgb[3 * pixel + channel] = (byte) Math.max(0, Math.min(255, (int) Math.floor(value + 0.5)));
            }
        }
        return new RgbImage(side, side, rgb);
    }

    private int pixel(double coordinate) {
        return Math.max(0, Math.min(side - 1, (int) Math.floor(coordinate * side)));
    }
}
