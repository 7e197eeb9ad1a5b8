/** Reports of training runs: one self-contained HTML file each. */
package org.ttdengine.trainer.report;
