package org.ttdengine.emulator.driver;

import org.ttdengine.emulator.Emulator;

/**
 * Puts the emulated device under an unchanged program: {@code java -javaagent:emulator.jar -jar program.jar}, or
 * {@code JAVA_TOOL_OPTIONS=-javaagent:emulator.jar} where the program starts further JVMs.
 */
public final class EmulatorAgent {
    private EmulatorAgent() {}

    /** Called by the JVM before the program's main method. */
    public static void premain(String arguments) {
        Emulator.install();
    }
}
