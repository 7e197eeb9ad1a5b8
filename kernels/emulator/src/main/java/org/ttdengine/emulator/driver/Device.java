package org.ttdengine.emulator.driver;

import java.util.Map;
import org.ttdengine.emulator.EmulatorOptions;

/** One emulated device: its attributes and its primary context. */
final class Device {
    private static final String NAME = "TTD PTX emulator";

    private final int ordinal;
    private final EmulatorOptions options;
    private final Map<Integer, Integer> attributes;
    private Context primary;
    private int primaryUses;
    private int primaryFlags;

    Device(int ordinal, EmulatorOptions options) {
        this.ordinal = ordinal;
        this.options = options;
        this.attributes = DeviceAttributes.of(options.capability(), ordinal);
    }

    int ordinal() {
        return ordinal;
    }

    String name() {
        return NAME;
    }

    /** Compute capability times ten. */
    int capability() {
        return options.capability();
    }

    long memory() {
        return options.memory();
    }

    /** Domain, bus and device as in sysfs. */
    String pciBusId() {
        return String.format("0000:%02X:00.0", attribute(DeviceAttributes.PCI_BUS_ID));
    }

    /** The 16 bytes that tell this device from others: the emulator's name and the ordinal. */
    byte[] uuid() {
        byte[] result = new byte[16];
        byte[] text = "TTD-PTX-emulator".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, result, 0, result.length);
        result[result.length - 1] = (byte) ordinal;
        return result;
    }

    /** A value of CUdevice_attribute. */
    int attribute(int number) {
        Integer value = attributes.get(number);
        if (value == null) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "the emulated device has no attribute " + number);
        }
        return value;
    }

    /** The primary context; null while nobody retains it. */
    Context primary() {
        return primary;
    }

    void primary(Context context) {
        primary = context;
    }

    int primaryFlags() {
        return primaryFlags;
    }

    void primaryFlags(int flags) {
        primaryFlags = flags;
    }

    /** Counts one retain (+1) or release (-1); returns the number of uses after it. */
    int usePrimary(int change) {
        if (primaryUses + change < 0) {
            throw new CudaException(
                    CudaStatus.INVALID_CONTEXT, "the primary context is released more often than retained");
        }
        primaryUses += change;
        return primaryUses;
    }

    /** Forgets all uses, as a reset does. */
    void forgetPrimaryUses() {
        primaryUses = 0;
    }
}
