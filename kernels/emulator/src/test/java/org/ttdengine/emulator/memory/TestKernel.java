package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.machine.Dim3;
import org.ttdengine.emulator.machine.Launch;
import org.ttdengine.emulator.machine.LaunchCounters;
import org.ttdengine.emulator.machine.Machine;
import org.ttdengine.emulator.machine.MachineOptions;
import org.ttdengine.emulator.ptx.PtxParser;

/**
 * A kernel of a few PTX statements, run on a machine of its own. Its parameters are two addresses, in %rd1 and %rd2; %r1 is the
 * thread, %r2 the block; registers %r, %f, %rs, %rd (to 63) and %p (to 7) are free. {@code smem} is its shared memory.
 */
final class TestKernel {
    private static final String FRAME = """
            .version 8.0
            .target sm_80
            .address_size 64
            .visible .entry test(.param .u64 a, .param .u64 b)
            {
            .reg .pred %%p<8>;
            .reg .b16 %%rs<64>;
            .reg .b32 %%r<64>;
            .reg .f32 %%f<64>;
            .reg .b64 %%rd<64>;
            .shared .align 16 .b8 smem[%d];
            .local .align 16 .b8 stack[64];
            ld.param.u64 %%rd1, [a];
            ld.param.u64 %%rd2, [b];
            mov.u32 %%r1, %%tid.x;
            mov.u32 %%r2, %%ctaid.x;
            mov.u32 %%r3, smem;
            %s
            ret;
            }
            """;

    final GlobalMemory memory = new GlobalMemory(1 << 28, true);
    private final String body;
    private int sharedBytes = 1024;
    private int threads = 32;
    private int blocks = 1;
    private MachineOptions options = MachineOptions.checked();

    TestKernel(String body) {
        this.body = body;
    }

    TestKernel shared(int bytes) {
        sharedBytes = bytes;
        return this;
    }

    TestKernel threads(int count) {
        threads = count;
        return this;
    }

    TestKernel blocks(int count) {
        blocks = count;
        return this;
    }

    TestKernel options(MachineOptions other) {
        options = other;
        return this;
    }

    /** A buffer with these words. */
    long buffer(String label, int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(words);
        long address = memory.allocate(bytes.capacity(), label);
        memory.write(address, bytes);
        return address;
    }

    /** A buffer of poison. */
    long empty(String label, int bytes) {
        return memory.allocate(bytes, label);
    }

    int[] words(long address, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        memory.read(address, bytes);
        int[] words = new int[count];
        bytes.flip().asIntBuffer().get(words);
        return words;
    }

    LaunchCounters run(long a, long b) {
        Machine machine = new Machine(memory, options);
        byte[] parameters = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(a)
                .putLong(b)
                .array();
        return machine.run(new Launch(
                machine.load(PtxParser.parse(String.format(FRAME, sharedBytes, body))),
                "test",
                Dim3.of(blocks),
                Dim3.of(threads),
                0,
                parameters));
    }

    /** Runs the kernel, which must fail with a fault of this kind. */
    DeviceFault fault(DeviceFault.Kind kind, long a, long b) {
        DeviceFault fault = catchThrowableOfType(DeviceFault.class, () -> run(a, b));
        assertThat(fault).as("a fault").isNotNull();
        assertThat(fault.kind()).as(fault.getMessage()).isEqualTo(kind);
        return fault;
    }
}
