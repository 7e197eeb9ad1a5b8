/** Starts the program in a JVM with the options it needs, and says whether the streams lead to a terminal. */
package org.ttdengine.trainer.cli.launch;
