/** What a model finds, held against what is there: labelled samples, the metrics of the paper, and their evaluation. */
package org.ttdengine.trainer.eval;
