package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    @TempDir
    private Path temporary;

    private final List<String> warnings = new ArrayList<>();
    private RunFolder run;
    private Checkpoints checkpoints;

    @BeforeEach
    void open() throws IOException {
        run = RunFolder.open(temporary.resolve("run"));
        checkpoints = Checkpoints.open(run, 2, warnings::add);
    }

    @AfterEach
    void close() throws IOException {
        run.close();
        assertThat(warnings).as("unexpected warnings").isEmpty();
    }

    @Test
    void aNewRunHasNone() throws Exception {
        assertThat(checkpoints.latest()).isEmpty();
    }

    @Test
    void whatWasSavedIsTheLatest() throws Exception {
        Checkpoint saved = save(123);
        assertThat(saved.folder()).isEqualTo(run.checkpoints().resolve("step-0000123"));
        assertThat(checkpoints.latest()).contains(saved);
        assertThat(CheckpointLoop.isWhole(saved.folder(), 123)).isTrue();
    }

    @Test
    void onlyTheNewestAreKept() throws Exception {
        for (long step : new long[] {5, 10, 99_999_999, 100_000_000}) {
            save(step);
        }
        assertThat(names()).containsExactly("step-100000000", "step-99999999");
        assertThat(checkpoints.latest()).map(Checkpoint::step).contains(100_000_000L);
    }

    @Test
    void laterStepsOfAnAbandonedCourseGoWithTheNextSave() throws Exception {
        save(5);
        save(10);
        save(7);
        assertThat(names()).containsExactly("step-0000005", "step-0000007");
        assertThat(checkpoints.latest()).map(Checkpoint::step).contains(7L);
    }

    @Test
    void theSameStepMayBeSavedAgain() throws Exception {
        save(5);
        Checkpoint again = checkpoints.save(5, folder -> Files.writeString(folder.resolve("x"), "second"));
        assertThat(again.folder().resolve("x")).hasContent("second");
        assertThat(again.folder().resolve("adapter.bin")).doesNotExist();
        assertThat(names()).containsExactly("step-0000005");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flip", "cut", "delete", "manifest", "no-manifest", "other-step", "outside"})
    void aDamagedNewestIsReportedAndTheOneBeforeIsUsed(String damage) throws Exception {
        Checkpoint good = save(1);
        Path folder = save(2).folder();
        Path file = folder.resolve("optimiser/moments.bin");
        Path manifest = folder.resolve("checkpoint.json");
        switch (damage) {
            case "flip" -> {
                byte[] bytes = Files.readAllBytes(file);
                bytes[77_777] ^= 4;
                Files.write(file, bytes);
            }
            case "cut" -> Files.write(file, new byte[10]);
            case "delete" -> Files.delete(file);
            case "manifest" -> Files.writeString(manifest, "{\"version\": 1, \"ste");
            case "no-manifest" -> Files.delete(manifest);
            case "other-step" ->
                Files.copy(good.folder().resolve("checkpoint.json"), manifest, StandardCopyOption.REPLACE_EXISTING);
            case "outside" ->
                Files.writeString(
                        manifest, Files.readString(manifest).replace("adapter.bin", "../step-0000001/adapter.bin"));
            default -> throw new IllegalArgumentException(damage);
        }

        assertThat(checkpoints.latest()).contains(good);

        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0))
                .startsWith("checkpoint " + folder + " cannot be used: ")
                .doesNotContain("\n")
                .endsWith("; looking for the one before");
        warnings.clear();
    }

    @Test
    void theReasonNamesTheDamagedFile() throws Exception {
        Path folder = save(2).folder();
        Files.write(folder.resolve("adapter.bin"), new byte[50_000]);
        assertThat(checkpoints.latest()).isEmpty();
        assertThat(warnings).singleElement().asString().contains("adapter.bin is damaged (its checksum differs)");
        warnings.clear();
    }

    @Test
    void aFailingWriterLeavesNothing() throws Exception {
        Checkpoint good = save(1);
        assertThatThrownBy(() -> checkpoints.save(2, folder -> {
                    Files.writeString(folder.resolve("half"), "x");
                    throw new IOException("the cable\nis out");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + run.checkpoints().resolve("step-0000002") + ": the cable is out");
        assertThatThrownBy(() -> checkpoints.save(2, folder -> {
                    throw new IllegalStateException("bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(names()).containsExactly("step-0000001");
        assertThat(checkpoints.latest()).contains(good);
    }

    @Test
    void whatAnInterruptedRunLeftIsClearedAtTheStart() throws Exception {
        Checkpoint good = save(1);
        Path half = Files.createDirectory(run.checkpoints().resolve(".tmp-step-0000002"));
        Files.writeString(half.resolve("adapter.bin"), "half");
        Checkpoints.open(run, 2, warnings::add);
        assertThat(names()).containsExactly("step-0000001");
        assertThat(checkpoints.latest()).contains(good);
    }

    @Test
    void aReplacementInterruptedBetweenItsRenamesIsUndoneOrFinished() throws Exception {
        Checkpoint good = save(1);
        Path replaced = run.checkpoints().resolve(".old-step-0000001");
        Files.move(good.folder(), replaced);
        Checkpoints.open(run, 2, warnings::add);
        assertThat(checkpoints.latest()).contains(good);

        Files.createDirectory(replaced);
        Checkpoints.open(run, 2, warnings::add);
        assertThat(names()).containsExactly("step-0000001");
        assertThat(checkpoints.latest()).contains(good);
    }

    @Test
    void atLeastOneIsKept() {
        assertThatThrownBy(() -> Checkpoints.open(run, 0, warnings::add)).isInstanceOf(IllegalArgumentException.class);
    }

    private Checkpoint save(long step) throws IOException {
        return checkpoints.save(step, folder -> CheckpointLoop.write(folder, step));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> list = Files.list(run.checkpoints())) {
            return list.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
