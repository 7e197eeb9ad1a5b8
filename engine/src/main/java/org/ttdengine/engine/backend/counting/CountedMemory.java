package org.ttdengine.engine.backend.counting;

import java.util.Arrays;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.DeviceStorage;
import org.ttdengine.engine.MemorySource;
import org.ttdengine.engine.Storage;

/** Memory that is counted and not there: it swallows what is written and reads as zeros. */
final class CountedMemory implements MemorySource {
    private record Nothing(DType dtype, int capacity) implements DeviceStorage {
        @Override
        public long address() {
            return 0;
        }

        @Override
        public double get(int i) {
            return 0;
        }

        @Override
        public void set(int i, double value) {
            // nothing to write to
        }

        @Override
        public void read(float[] target) {
            Arrays.fill(target, 0);
        }

        @Override
        public void write(float[] values) {
            // nothing to write to
        }
    }

    @Override
    public Storage allocate(DType dtype, int capacity) {
        return new Nothing(dtype, capacity);
    }

    @Override
    public void free(Storage storage) {
        // nothing to free
    }

    @Override
    public void poison(Storage storage) {
        // nothing to fill
    }
}
