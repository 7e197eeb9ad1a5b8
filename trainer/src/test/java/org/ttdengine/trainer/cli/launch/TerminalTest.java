package org.ttdengine.trainer.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
    @ParameterizedTest
    @CsvSource({
        "/dev/pts/3, true",
        "/dev/tty1, true",
        "/dev/console, true",
        "/dev/null, false",
        "pipe:[12345], false",
        "/home/me/log.txt, false"
    })
    void onlyTerminalDevicesCount(String device, boolean terminal) {
        assertThat(Terminal.isTerminalDevice(device)).isEqualTo(terminal);
    }
}
