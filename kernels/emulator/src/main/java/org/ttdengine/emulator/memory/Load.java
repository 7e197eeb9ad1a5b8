package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.machine.Warp;

/** {@code ld}: one to four elements per lane into as many registers. */
final class Load extends Access {
    private final Element[] elements;
    private final int[] places;
    private final int elementBytes;

    /** A load of {@code places.length} elements of {@code elementBytes} bytes; each element knows its register's width. */
    Load(Space space, AddressOperand address, Element[] elements, int[] places, int elementBytes) {
        super(space, address, elementBytes * places.length);
        this.elements = elements;
        this.places = places;
        this.elementBytes = elementBytes;
    }

    @Override
    boolean reads() {
        return true;
    }

    @Override
    boolean writes() {
        return false;
    }

    @Override
    void move(Warp warp, byte[] data, int[] offsets, int lanes) {
        for (int i = 0; i < places.length; i++) {
            elements[i].load(warp, data, offsets, i * elementBytes, lanes, places[i]);
        }
    }
}
