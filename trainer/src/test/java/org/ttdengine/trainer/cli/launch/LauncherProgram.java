package org.ttdengine.trainer.cli.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A program under the launcher, for {@link LauncherTest}. The first argument says what to do. */
final class LauncherProgram {
    private LauncherProgram() {}

    public static void main(String[] garbled) throws IOException, InterruptedException {
        OptionalInt code = Launcher.relaunchIfNeeded(LauncherProgram.class.getName(), garbled);
        if (code.isPresent()) {
            System.exit(code.getAsInt());
        }
        String[] args = Launcher.arguments(garbled);
        switch (args[0]) {
            case "module" ->
                System.out.println(
                        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
            case "arguments" ->
                System.out.println(Arrays.stream(args)
                        .map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                        .collect(Collectors.joining(",")));
            case "exit" -> System.exit(Integer.parseInt(args[1]));
            case "copy" -> System.in.transferTo(System.out);
            case "open" -> System.out.println(Files.readString(Path.of(args[1])));
            case "terminal" -> System.out.println(Terminal.stdout());
            case "options" ->
                System.out.println(System.getProperty("greeting") + " "
                        + Runtime.getRuntime().maxMemory() + " "
                        + ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                                .filter(option -> option.startsWith("-Dgreeting"))
                                .count());
            case "wait" -> {
                Path farewell = Path.of(args[1]);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> write(farewell)));
                System.out.println(ProcessHandle.current().pid());
                Thread.sleep(60_000);
            }
            default -> throw new IllegalArgumentException(List.of(args).toString());
        }
        System.out.flush();
    }

    private static void write(Path farewell) {
        try {
            Files.writeString(farewell, "put away");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
