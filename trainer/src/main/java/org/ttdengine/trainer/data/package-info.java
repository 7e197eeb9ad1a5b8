/** Pairs of image and caption: where they lie, in which order they come, and the batches made of them. */
package org.ttdengine.trainer.data;
