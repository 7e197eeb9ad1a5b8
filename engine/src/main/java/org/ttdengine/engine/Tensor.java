package org.ttdengine.engine;

/**
 * A dense row-major array on a device. Its memory belongs to the {@link Scope} that made it; once released, every access
 * fails with the tensor's name.
 */
public final class Tensor {
    private final String name;
    private final Shape shape;
    private final DType dtype;
    private Storage storage;
    private Scope owner;

    Tensor(String name, Shape shape, Storage storage, Scope owner) {
        this.name = name;
        this.shape = shape;
        this.dtype = storage.dtype();
        this.storage = storage;
        this.owner = owner;
    }

    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    /** Number of elements. */
    public int size() {
        return shape.size();
    }

    /** The scope that frees this tensor. */
    public Scope owner() {
        storage();
        return owner;
    }

    /** The scope this tensor belongs to from now on; called by scopes only. */
    void adopt(Scope newOwner) {
        owner = newOwner;
    }

    /**
     * Memory of the tensor, for backends.
     *
     * @throws IllegalStateException if the tensor was released
     */
    public Storage storage() {
        if (storage == null) {
            throw new IllegalStateException("tensor '" + name + "' " + shape + " was used after its release");
        }
        return storage;
    }

    public boolean isReleased() {
        return storage == null;
    }

    Storage detach() {
        Storage detached = storage();
        storage = null;
        return detached;
    }

    /** The only element of a tensor of size one. */
    public double item() {
        if (size() != 1) {
            throw new IllegalStateException("tensor '" + name + "' " + shape + " is not a scalar");
        }
        return storage().get(0);
    }

    /** Type of its elements. */
    public DType dtype() {
        return dtype;
    }

    /** Bytes of its elements. */
    public long bytes() {
        return (long) size() * dtype.bytes();
    }

    /** A copy of the elements in single precision. */
    public float[] toFloats() {
        float[] copy = new float[size()];
        storage().read(copy);
        return copy;
    }

    /** A copy of the elements in double precision. */
    public double[] toDoubles() {
        double[] copy = new double[size()];
        storage().read(copy);
        return copy;
    }

    /** Overwrites the elements, rounding to the tensor's precision. */
    public Tensor set(float[] values) {
        checkLength(values.length);
        storage().write(values);
        return this;
    }

    /** Overwrites the elements, rounding to the tensor's precision. */
    public Tensor set(double[] values) {
        checkLength(values.length);
        storage().write(values);
        return this;
    }

    private void checkLength(int length) {
        if (length != size()) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' " + shape + " takes " + size() + " values, not " + length);
        }
    }

    @Override
    public String toString() {
        return name + shape;
    }
}
