package org.ttdengine.trainer.eval;

import java.util.Set;
import org.ttdengine.vit.image.RgbImage;

/**
 * A picture, its caption, and what is true of it.
 *
 * @param name what messages and files of tags call it
 * @param caption the text
 * @param image the picture
 * @param tags the words of the caption that are true of the picture
 * @param masks where they are, at a size of the data's own choice
 */
public record LabelledSample(String name, String caption, RgbImage image, Set<String> tags, TagMasks masks) {
    public LabelledSample {
        tags = Set.copyOf(tags);
    }
}
