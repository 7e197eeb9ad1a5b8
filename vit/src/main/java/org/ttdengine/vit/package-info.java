/** CLIP's image and text towers, tokenizer, image preprocessing and checkpoints. */
package org.ttdengine.vit;
