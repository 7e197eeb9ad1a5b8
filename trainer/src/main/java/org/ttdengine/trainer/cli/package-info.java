/** The command line: {@code java -jar ttd-engine.jar COMMAND}. */
package org.ttdengine.trainer.cli;
