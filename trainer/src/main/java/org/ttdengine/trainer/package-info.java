/** Text-Tag Self-Distillation: tags, losses, data, training and the command line. */
package org.ttdengine.trainer;
