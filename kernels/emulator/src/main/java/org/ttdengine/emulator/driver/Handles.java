package org.ttdengine.emulator.driver;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opaque handles of driver objects: never addresses, never given out twice, each of one type. */
final class Handles {
    /** Far from any address, so that a handle taken for a pointer faults at once. */
    private static final long FIRST = 0x00C0_DE00_0000_0000L;

    private static final long STEP = 0x10;

    private final Map<Long, Object> objects = new HashMap<>();
    private long next = FIRST;

    /** A handle that has no object yet. */
    long reserve() {
        next += STEP;
        return next;
    }

    /** Gives the object a handle. */
    long add(Object object) {
        long handle = reserve();
        objects.put(handle, object);
        return handle;
    }

    void put(long handle, Object object) {
        objects.put(handle, object);
    }

    /** The object of a handle. */
    <T> T get(long handle, Class<T> type) {
        Object object = objects.get(handle);
        if (!type.isInstance(object)) {
            throw new CudaException(
                    type == Context.class ? CudaStatus.INVALID_CONTEXT : CudaStatus.INVALID_HANDLE,
                    String.format("0x%x is not the handle of a %s", handle, type.getSimpleName()));
        }
        return type.cast(object);
    }

    /** The object of a handle, which from now on is no handle. */
    <T> T remove(long handle, Class<T> type) {
        T object = get(handle, type);
        objects.remove(handle);
        return object;
    }

    /** Whether the handle still has its object. */
    boolean isAlive(long handle) {
        return objects.containsKey(handle);
    }

    /** The modules of a context. */
    List<Module> modulesOf(Context context) {
        return objects.values().stream()
                .filter(object -> object instanceof Module module && module.context() == context)
                .map(Module.class::cast)
                .toList();
    }

    /** Forgets the handles of a module's functions. */
    void removeFunctionsOf(Module module) {
        objects.values().removeIf(object -> object instanceof Function function && function.module() == module);
    }

    /** Forgets the handles of a context and of all that belongs to it. */
    void removeAllOf(Context context) {
        objects.values()
                .removeIf(object -> object == context || object instanceof Owned owned && owned.context() == context);
    }
}
