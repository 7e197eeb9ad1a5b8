package org.ttdengine.emulator.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.ptx.PtxModule;
import org.ttdengine.emulator.ptx.PtxParameter;
import org.ttdengine.emulator.ptx.PtxParser;

/** A machine with memory, for tests: uploads arrays, launches a kernel of a PTX text, downloads results. */
final class TestDevice {
    private static final long CAPACITY = 1L << 30;

    private final GlobalMemory memory;
    private final Machine machine;
    private final LoadedModule module;

    TestDevice(String ptx, MachineOptions options) {
        this.memory = new GlobalMemory(CAPACITY, options.initcheck());
        this.machine = new Machine(memory, options);
        PtxModule parsed = PtxParser.parse(ptx);
        this.module = machine.load(parsed);
    }

    /** PTX text beside this class among the test resources. */
    static String resource(String name) {
        try (InputStream in = TestDevice.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An entry {@code test(.param .u64 out, .param .u64 in)} around statements; %in and %out hold the addresses. */
    static String entry(String statements) {
        return ".version 8.0\n.target sm_80\n.address_size 64\n"
                + ".visible .entry test(.param .u64 p_out, .param .u64 p_in)\n{\n"
                + ".reg .pred %p<8>;\n.reg .b16 %h<8>;\n.reg .b32 %r<32>;\n.reg .f32 %f<16>;\n.reg .b64 %d<16>;\n"
                + ".reg .f64 %fd<8>;\n.reg .b64 %in, %out, %tid4, %tid8;\n.reg .b32 %tid;\n"
                + "ld.param.u64 %out, [p_out];\nld.param.u64 %in, [p_in];\nmov.u32 %tid, %tid.x;\n"
                + "mul.wide.u32 %tid4, %tid, 4;\nmul.wide.u32 %tid8, %tid, 8;\n"
                + statements + "\nret;\n}\n";
    }

    long upload(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return upload(bytes);
    }

    long upload(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return upload(bytes);
    }

    long upload(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return upload(bytes);
    }

    private long upload(ByteBuffer bytes) {
        long address = memory.allocate(bytes.capacity(), "test array");
        memory.write(address, bytes.array(), 0, bytes.capacity());
        return address;
    }

    private ByteBuffer download(long address, int bytes) {
        byte[] target = new byte[bytes];
        memory.read(address, target, 0, bytes);
        return ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
    }

    int[] ints(long address, int count) {
        int[] values = new int[count];
        download(address, 4 * count).asIntBuffer().get(values);
        return values;
    }

    float[] floats(long address, int count) {
        float[] values = new float[count];
        download(address, 4 * count).asFloatBuffer().get(values);
        return values;
    }

    long[] longs(long address, int count) {
        long[] values = new long[count];
        download(address, 8 * count).asLongBuffer().get(values);
        return values;
    }

    /** Launches with arguments in the order of the parameters: Long for addresses, Integer, Float. */
    LaunchCounters launch(String kernel, Dim3 grid, Dim3 block, int dynamicShared, Object... arguments) {
        ByteBuffer parameters = ByteBuffer.allocate(
                        module.source().kernels().get(kernel).parameterBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        int i = 0;
        for (PtxParameter parameter : module.source().kernels().get(kernel).parameters()) {
            Object argument = arguments[i++];
            if (argument instanceof Long value) {
                parameters.putLong(parameter.offset(), value);
            } else if (argument instanceof Integer value) {
                parameters.putInt(parameter.offset(), value);
            } else {
                parameters.putFloat(parameter.offset(), (Float) argument);
            }
        }
        return machine.run(new Launch(module, kernel, grid, block, dynamicShared, parameters.array()));
    }
}
