package org.ttdengine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.ttdengine.engine.autograd.Tape;
import org.ttdengine.engine.autograd.Var;
import org.ttdengine.engine.ops.LayerNorm;

class DeviceTest {
    private static final Logger LOGGER = Logger.getLogger(Device.class.getName());

    @Test
    void scopesLeftOpenAreReportedByName() {
        Device device = Device.reference(DType.F32);
        String name = "forgotten " + System.nanoTime();
        Scope forgotten = device.scope(name);
        forgotten.zeros("a", Shape.of(3));
        forgotten.zeros("b", Shape.of(3));
        device.scope("closed in time").close();
        List<String> warnings = warningsOf(device::close);
        assertThat(warnings)
                .filteredOn(warning -> warning.contains(name))
                .containsExactly("scope '" + name + "' was left open with 2 tensors");
        assertThat(warnings).noneMatch(warning -> warning.contains("closed in time"));
    }

    @Test
    void aTidyDeviceReportsNothing() {
        Device device = Device.reference(DType.F32);
        String name = "tidy " + System.nanoTime();
        device.scope(name).close();
        assertThat(warningsOf(device::close)).noneMatch(warning -> warning.contains(name));
    }

    private static List<String> warningsOf(Runnable action) {
        List<String> messages = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public synchronized void publish(LogRecord record) {
                messages.add(record.getMessage());
            }

            @Override
            public void flush() {
                // nothing is buffered
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
        try {
            action.run();
        } finally {
            LOGGER.setUseParentHandlers(true);
            LOGGER.removeHandler(handler);
        }
        return messages;
    }

    @Test
    void aSteadyRunNeedsNoMoreMemoryThanItsFirstSteps() {
        try (Device device = Device.cpu(1)) {
            long afterTwo = 0;
            for (int step = 0; step < 20; step++) {
                step(device, 300 + step % 3);
                afterTwo = step == 2 ? device.peakBytes() : afterTwo;
                assertThat(device.bytesInUse()).isZero();
            }
            assertThat(afterTwo).isPositive();
            assertThat(device.peakBytes()).isEqualTo(afterTwo);
        }
    }

    private static void step(Device device, int rows) {
        try (Scope scope = device.scope("step")) {
            Tape tape = new Tape(scope, true);
            Var x = tape.variable(scope.zeros("x", Shape.of(rows, 8)));
            Var gamma = tape.variable(scope.zeros("gamma", Shape.of(8)));
            Var y = LayerNorm.apply(tape, x, gamma, gamma, 1e-5);
            tape.backward(y, scope.zeros("dy", y.shape()));
        }
    }

    @Test
    void flopsAddUp() {
        try (Device device = Device.reference(DType.F32)) {
            device.countFlops(5);
            device.countFlops(7);
            assertThat(device.flops()).isEqualTo(12);
        }
    }

    @Test
    void impossibleDevicesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.cpu(0))
                .withMessage("a device needs at least one thread, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.reference(DType.I64))
                .withMessage("the reference device stores F32, F64 or BF16, not I64");
    }
}
