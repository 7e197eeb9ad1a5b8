package org.ttdengine.trainer.cli.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The JVM options of the relaunched program: the user's own, and ours where the user said nothing. */
final class JvmOptions {
    static final String VECTOR_MODULE = "jdk.incubator.vector";

    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");
    private static final Pattern HEAP = Pattern.compile("-Xmx.*|-XX:(MaxHeapSize|MaxRAMPercentage|MaxRAMFraction)=.*");

    /** These open a port, which the first JVM has already. To debug, give {@code --add-modules} on the command line. */
    private static final Pattern LISTENING =
            Pattern.compile("-agentlib:jdwp.*|-Xrunjdwp.*|-Dcom\\.sun\\.management\\.jmxremote\\.(rmi\\.)?port=.*");

    private JvmOptions() {}

    /**
     * @param given the options of this JVM, those from environment variables included
     * @return options for the next one
     */
    static List<String> relaunched(List<String> given) {
        List<String> options = new ArrayList<>();
        options.add("--add-modules=" + VECTOR_MODULE);
        options.add("--enable-native-access=ALL-UNNAMED");
        // No window is ever opened: text is drawn on pictures without a display.
        options.add("-Djava.awt.headless=true");
        if (given.stream().noneMatch(option -> COLLECTOR.matcher(option).matches())) {
            options.add("-XX:+UseParallelGC");
        }
        // A percentage of what the JVM finds, which is the container's memory inside a container.
        if (given.stream().noneMatch(option -> HEAP.matcher(option).matches())) {
            options.add("-XX:MaxRAMPercentage=75");
            // A step's arrays are recycled and old; a young generation that grows with the heap would only hold waste.
            options.add("-XX:MaxNewSize=512m");
        }
        given.stream().filter(option -> !LISTENING.matcher(option).matches()).forEach(options::add);
        return options;
    }
}
