/** Text-Tag Self-Distillation (ECCV 2024): tags, scores, selection, losses. */
package org.ttdengine.trainer.ttd;
