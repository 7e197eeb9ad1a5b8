package org.ttdengine.emulator.memory;

import java.util.List;
import org.ttdengine.emulator.machine.Decoder;

/** The decoders of this package: everything that touches memory, plus the tensor-core instructions. */
public final class MemoryDecoders {
    private MemoryDecoders() {}

    /** New decoders; they hold no state. */
    public static List<Decoder> all() {
        return List.of(
                new LoadStoreDecoder(),
                new AtomicDecoder(),
                new AddressDecoder(),
                new AsyncCopyDecoder(),
                new MatrixDecoder());
    }
}
