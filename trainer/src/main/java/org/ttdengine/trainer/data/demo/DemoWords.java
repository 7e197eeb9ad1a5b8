package org.ttdengine.trainer.data.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The words of the demo's captions: those that can be seen, by category, and the rest. */
public final class DemoWords {
    private DemoWords() {}

    /** Words for things, the most frequent first. */
    public static List<String> objects() {
        return Stream.of(DemoFigure.values()).map(DemoFigure::word).toList();
    }

    /** Words for the colours of things, the most frequent first. */
    public static List<String> colours() {
        return Stream.of(DemoColour.values()).map(DemoColour::word).toList();
    }

    /** Words for the materials and patterns of things, the most frequent first. */
    public static List<String> materials() {
        return Stream.of(DemoMaterial.values()).map(DemoMaterial::word).toList();
    }

    /** Words for what is below and behind the things. */
    public static List<String> backgrounds() {
        return Stream.of(DemoSurface.values()).map(DemoSurface::word).toList();
    }

    /** All words that are true of some scene. */
    public static List<String> visible() {
        List<String> words = new ArrayList<>();
        words.addAll(objects());
        words.addAll(colours());
        words.addAll(materials());
        words.addAll(backgrounds());
        return List.copyOf(words);
    }

    /** All words of all captions, in alphabetical order. */
    public static Set<String> all() {
        Set<String> words = new TreeSet<>(visible());
        words.addAll(SceneCaption.otherWords());
        return words;
    }
}
