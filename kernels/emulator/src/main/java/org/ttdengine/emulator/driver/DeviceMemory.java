package org.ttdengine.emulator.driver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ttdengine.emulator.machine.DeviceFault;
import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.memory.LiveAllocation;
import org.ttdengine.emulator.memory.OutOfDeviceMemory;

/** The global memory of all devices, with the context that owns each allocation. */
final class DeviceMemory {
    /** Frames of the program that name an allocation. */
    private static final int FRAMES = 3;

    private final GlobalMemory memory;
    private final Injection injection;
    private final Map<Long, Context> owners = new HashMap<>();
    private final Map<Device, Long> used = new HashMap<>();

    DeviceMemory(GlobalMemory memory, Injection injection) {
        this.memory = memory;
        this.injection = injection;
    }

    GlobalMemory memory() {
        return memory;
    }

    /** Bytes in use on a device. */
    long used(Device device) {
        return used.getOrDefault(device, 0L);
    }

    /** Allocates {@code bytes} for a context, named after the caller's place in the program. */
    long allocate(Context context, long bytes) {
        if (bytes <= 0) {
            throw new CudaException(CudaStatus.INVALID_VALUE, "allocation of " + bytes + " bytes");
        }
        injection.allocation();
        Device device = context.device();
        if (bytes > device.memory() - used(device)) {
            throw new CudaException(
                    CudaStatus.OUT_OF_MEMORY,
                    bytes + " bytes wanted, " + (device.memory() - used(device)) + " of " + device.memory() + " free");
        }
        try {
            long address = memory.allocate(bytes, caller());
            owners.put(address, context);
            used.merge(device, bytes, Long::sum);
            return address;
        } catch (OutOfDeviceMemory e) {
            throw new CudaException(CudaStatus.OUT_OF_MEMORY, e.getMessage());
        }
    }

    /** The program's frames nearest to this call, innermost first. */
    private static String caller() {
        return StackWalker.getInstance().walk(frames -> frames.dropWhile(frame -> !isJcuda(frame))
                .dropWhile(DeviceMemory::isJcuda)
                .limit(FRAMES)
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber() + " " + frame.getMethodName())
                .collect(Collectors.joining(" < ")));
    }

    private static boolean isJcuda(StackWalker.StackFrame frame) {
        return frame.getClassName().startsWith("jcuda.");
    }

    /** Takes an allocation from its owner; what is returned frees it, now or later in a stream. */
    Runnable release(long address) {
        Context owner = owners.remove(address);
        if (owner == null) {
            throw new CudaException(
                    CudaStatus.INVALID_VALUE, String.format("0x%x is not the start of a live allocation", address));
        }
        long bytes = memory.allocationAt(address).bytes();
        return () -> {
            memory.free(address);
            used.merge(owner.device(), -bytes, Long::sum);
        };
    }

    /** Whether the address is inside a live allocation. */
    boolean isDevice(long address) {
        return find(address).isPresent();
    }

    private Optional<LiveAllocation> find(long address) {
        try {
            return Optional.of(memory.allocationAt(address));
        } catch (DeviceFault nothingThere) {
            return Optional.empty();
        }
    }

    /** The allocation that holds {@code address}. */
    LiveAllocation at(long address) {
        return find(address)
                .orElseThrow(() -> new CudaException(
                        CudaStatus.INVALID_VALUE, String.format("0x%x is not in live device memory", address)));
    }

    /** Refuses a range that is not inside one live allocation. */
    void requireRange(long address, long bytes) {
        LiveAllocation allocation = at(address);
        if (bytes < 0 || bytes > allocation.address() + allocation.bytes() - address) {
            throw new CudaException(
                    CudaStatus.INVALID_VALUE,
                    String.format("%d bytes from 0x%x reach beyond %s", bytes, address, allocation));
        }
    }

    /** What a context has not freed, in the order it was allocated. */
    List<LiveAllocation> liveAllocations(Context context) {
        List<LiveAllocation> result = new ArrayList<>();
        for (LiveAllocation allocation : memory.liveAllocations()) {
            if (owners.get(allocation.address()) == context) {
                result.add(allocation);
            }
        }
        return result;
    }

    /** What no context has freed, in the order it was allocated; variables of modules are not among it. */
    List<LiveAllocation> liveAllocations() {
        return memory.liveAllocations().stream()
                .filter(allocation -> owners.containsKey(allocation.address()))
                .toList();
    }
}
