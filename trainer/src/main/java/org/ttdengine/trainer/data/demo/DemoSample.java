package org.ttdengine.trainer.data.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ttdengine.vit.image.RgbImage;

/** A scene with a sentence and the exact truth about the words in it. */
public final class DemoSample {
    private final String name;
    private final String caption;
    private final DemoScene scene;
    private final Set<String> tags;

    DemoSample(String name, DemoScene scene) {
        this.name = name;
        this.scene = scene;
        this.caption = scene.caption();
        List<String> words = new ArrayList<>(List.of(caption.split(" ")));
        words.retainAll(scene.tags());
        this.tags = Collections.unmodifiableSet(new LinkedHashSet<>(words));
    }

    /** The split and the index within it. */
    public String name() {
        return name;
    }

    /** Lower-case tokens set apart by single spaces. */
    public String caption() {
        return caption;
    }

    /** What is to be seen, of which the caption tells a part. */
    public DemoScene scene() {
        return scene;
    }

    /** The caption's words that are true of the picture, in the caption's order; at least one. */
    public Set<String> tags() {
        return tags;
    }

    /** The picture at a width and height. */
    public RgbImage image(int side) {
        return scene.render(side);
    }

    /**
     * Where a tag is true.
     *
     * @return {@code [side*side]}, row-major
     * @throws IllegalArgumentException for a word that is no tag of the caption
     */
    public boolean[] mask(String tag, int side) {
        if (!tags.contains(tag)) {
            throw new IllegalArgumentException("\"" + tag + "\" is no tag of \"" + caption + "\"");
        }
        return scene.mask(tag, side);
    }

    /**
     * Where any of the tags is true.
     *
     * @return {@code [side*side]}, row-major
     */
    public boolean[] union(int side) {
        return scene.union(tags, side);
    }
}
