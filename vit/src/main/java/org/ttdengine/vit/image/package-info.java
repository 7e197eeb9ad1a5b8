/** Pictures: decoding, resizing as Pillow does, augmentation, PNG output. */
package org.ttdengine.vit.image;
