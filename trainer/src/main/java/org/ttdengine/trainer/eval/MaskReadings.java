package org.ttdengine.trainer.eval;

/**
 * CaptionIoU with mFPR and mFNR, in the three ways the paper's definition can be read.
 *
 * @param captions captions counted
 * @param perCaption mean over captions of the foreground's scores: the primary reading; captions where nothing is marked
 *     and nothing true do not count
 * @param pooled the foreground's scores with the pixels of all captions counted together
 * @param classMean mean of the pooled scores of foreground and background
 */
public record MaskReadings(long captions, MaskScores perCaption, MaskScores pooled, MaskScores classMean) {}
