package org.ttdengine.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerStateTest {
    @TempDir
    private Path folder;

    @Test
    void everyLongAndDoubleComesBackExactly() throws Exception {
        Random random = new Random(5);
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("tiny", Double.MIN_VALUE).put("huge", Double.MAX_VALUE).put("zero", -0.0);
        config.put("third", 1 / 3.0).put("float", 0.1f).put("lr", 1e-4);
        for (int i = 0; i < 200; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                config.put("random" + i, value);
            }
        }
        TrainerState state = new TrainerState(
                Long.MAX_VALUE, 3, (1L << 53) + 1, Long.MIN_VALUE, config, Map.of("best", "0.1", "quote", "\"\n漢"));
        state.write(folder);

        TrainerState back = TrainerState.read(folder);

        assertThat(back).isEqualTo(state);
        config.fieldNames().forEachRemaining(name -> assertThat(
                        Double.doubleToLongBits(back.config().get(name).doubleValue()))
                .as(name)
                .isEqualTo(Double.doubleToLongBits(
                        name.equals("float") ? 0.1 : config.get(name).doubleValue())));
        assertThat(back.seed()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void theConfigurationCannotBeChangedFromOutside() {
        ObjectNode config = JsonNodeFactory.instance.objectNode().put("rank", 10);
        TrainerState state = new TrainerState(1, 0, 0, 0, config, Map.of());
        config.put("rank", 4);
        ((ObjectNode) state.config()).put("rank", 5);
        assertThat(state.config().get("rank").intValue()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"version\":1,\"step\":1 | is not JSON",
                "[] | is not a JSON object",
                "{\"version\":2} | is of version 2, this program reads version 1",
                "{\"version\":1,\"config\":{}} | has no integer \"step\"",
                "{\"version\":1,\"config\":{},\"step\":1.5} | has no integer \"step\"",
                "{\"version\":1,\"config\":{},\"step\":99999999999999999999} | has no integer \"step\"",
                "{\"version\":1,\"step\":1} | has no \"config\"",
                "{\"version\":1,\"config\":{},\"extra\":{\"a\":[]}} | has no string \"a\"",
            })
    void aDamagedFileIsNamed(String content, String complaint) throws Exception {
        Path file = Files.writeString(folder.resolve("trainer_state.json"), content);
        assertThatThrownBy(() -> TrainerState.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " " + complaint)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void anAbsentFileIsNamed() {
        assertThatThrownBy(() -> TrainerState.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("trainer_state.json") + " no such file or folder");
    }
}
