/** Made-up scenes with captions and exact ground truth: data for a first run without any download. */
package org.ttdengine.trainer.data.demo;
