/** Captions: CLIP's text cleaning and byte-pair tokenizer, and the vocabulary files it reads. */
package org.ttdengine.vit.text;
