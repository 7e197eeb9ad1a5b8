package org.ttdengine.trainer.eval;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ttdengine.trainer.data.demo.DemoPairs;
import org.ttdengine.trainer.data.demo.DemoScene;
import org.ttdengine.trainer.ttd.CaptionTags;
import org.ttdengine.trainer.ttd.Tag;
import org.ttdengine.trainer.ttd.TagOptions;

/** The demo's made-up scenes, which know what is true of them. */
public final class DemoSamples implements LabelledSamples {
    private static final int SIZE = 1000;

    private final DemoPairs pairs;
    private final int side;
    private final Split split;

    private DemoSamples(DemoPairs pairs, int side, Split split) {
        this.pairs = pairs;
        this.side = side;
        this.split = split;
    }

    /**
     * A split of 1,000 scenes.
     *
     * @param side width and height of pictures and masks in pixels
     */
    public static DemoSamples of(Split split, int side) {
        long seed =
                switch (split) {
                    case VALIDATION -> 0x7a11da7e;
                    case TEST -> 0x7e57;
                };
        return new DemoSamples(new DemoPairs(SIZE, seed, side), side, split);
    }

    @Override
    public int size() {
        return (int) pairs.size();
    }

    @Override
    public LabelledSample get(int index) {
        DemoScene scene = pairs.scene(index);
        String caption = pairs.get(index).caption();
        Set<String> tags = new LinkedHashSet<>();
        for (Tag word : CaptionTags.of(caption, TagOptions.defaults())) {
            if (scene.tags().contains(word.word())) {
                tags.add(word.word());
            }
        }
        Map<String, Mask> masks = new TreeMap<>();
        tags.forEach(tag -> masks.put(tag, new Mask(side, side, scene.mask(tag, side))));
        return new LabelledSample(split + "/" + index, caption, scene.render(side), tags, new SceneMasks(masks, side));
    }

    @Override
    public String describe() {
        return "demo, " + split + " (" + size() + " made-up scenes)";
    }

    /** Masks drawn with the scene. */
    private record SceneMasks(Map<String, Mask> masks, int side) implements TagMasks {
        SceneMasks {
            masks = Collections.unmodifiableMap(masks);
        }

        @Override
        public Mask union() {
            return masks.values().stream().reduce(Mask.empty(side, side), Mask::or);
        }

        @Override
        public Optional<Mask> of(String tag) {
            return Optional.ofNullable(masks.get(tag));
        }
    }
}
