package org.ttdengine.trainer.eval;

import java.util.Optional;
import org.ttdengine.trainer.ttd.Grounding;

/**
 * What a model sees in a labelled sample.
 *
 * @param sample the sample
 * @param words the words of its caption, and which of them are true
 * @param truth where any of its true tags is; empty unless masks were asked for
 * @param grounding the similarity maps of the caption and of every candidate, and the tags training would select
 */
public record Observation(LabelledSample sample, CaptionWords words, Optional<Mask> truth, Grounding grounding) {}
