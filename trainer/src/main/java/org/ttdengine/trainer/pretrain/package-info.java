/** Contrastive training of all weights of a CLIP. */
package org.ttdengine.trainer.pretrain;
