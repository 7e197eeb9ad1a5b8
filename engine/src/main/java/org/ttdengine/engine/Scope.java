package org.ttdengine.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Owner of tensors: closing it frees all that still belong to it. Not thread-safe; a scope is used by the thread that
 * drives a step.
 */
public final class Scope implements AutoCloseable {
    private final String name;
    private final Device device;
    private final Set<Tensor> owned = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    Scope(String name, Device device) {
        this.name = name;
        this.device = device;
    }

    public Device device() {
        return device;
    }

    public String name() {
        return name;
    }

    /** A tensor of the device's own type with undefined contents. */
    public Tensor empty(String tensorName, Shape shape) {
        return empty(tensorName, shape, device.dtype());
    }

    /**
     * A tensor with undefined contents.
     *
     * @throws OutOfDeviceMemoryException if the device has no room for it; the message names the largest tensors alive
     */
    public Tensor empty(String tensorName, Shape shape, DType dtype) {
        if (closed) {
            throw new IllegalStateException("scope '" + name + "' is closed");
        }
        Tensor tensor = new Tensor(tensorName, shape, memory(tensorName, shape, dtype), this);
        owned.add(tensor);
        return tensor;
    }

    private Storage memory(String tensorName, Shape shape, DType dtype) {
        try {
            return device.pool().take(dtype, shape.size());
        } catch (OutOfDeviceMemoryException e) {
            throw e.during(tensorName + shape, device.largestTensors(5));
        }
    }

    /** A tensor of zeros of the device's own type. */
    public Tensor zeros(String tensorName, Shape shape) {
        return zeros(tensorName, shape, device.dtype());
    }

    /** A tensor of zeros. */
    public Tensor zeros(String tensorName, Shape shape, DType dtype) {
        Tensor tensor = empty(tensorName, shape, dtype);
        device.backend().fill(tensor, 0);
        return tensor;
    }

    /** A tensor with the given contents. */
    public Tensor of(String tensorName, Shape shape, float... values) {
        return empty(tensorName, shape).set(values);
    }

    /** Frees one tensor now. */
    public void release(Tensor tensor) {
        if (!owned.remove(tensor)) {
            throw new IllegalStateException("tensor '" + tensor.name() + "' does not belong to scope '" + name + "'");
        }
        device.pool().give(tensor.detach());
    }

    /** Hands a tensor over to another scope, which frees it from now on. */
    public void moveTo(Scope other, Tensor tensor) {
        if (!owned.remove(tensor)) {
            throw new IllegalStateException("tensor '" + tensor.name() + "' does not belong to scope '" + name + "'");
        }
        other.owned.add(tensor);
        tensor.adopt(other);
    }

    /** The tensors it owns at present. */
    Set<Tensor> owned() {
        return Set.copyOf(owned);
    }

    /** Number of tensors it owns at present. */
    public int tensors() {
        return owned.size();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            for (Tensor tensor : owned) {
                device.pool().give(tensor.detach());
            }
        } finally {
            owned.clear();
            device.closed(this);
        }
    }
}
