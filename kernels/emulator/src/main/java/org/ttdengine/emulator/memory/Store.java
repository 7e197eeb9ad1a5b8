package org.ttdengine.emulator.memory;

import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.machine.Warp;

/** {@code st}: one to four registers per lane. When lanes write the same place, the highest lane's value stays. */
final class Store extends Access {
    private final Element[] elements;
    private final int[] places;
    private final int elementBytes;

    /** A store of {@code places.length} elements of {@code elementBytes} bytes; each element knows its register's width. */
    Store(Space space, AddressOperand address, Element[] elements, int[] places, int elementBytes) {
        super(space, address, elementBytes * places.length);
        this.elements = elements;
        this.places = places;
        this.elementBytes = elementBytes;
    }

    @Override
    boolean reads() {
        return false;
    }

    @Override
    boolean writes() {
        return true;
    }

    @Override
    void move(Warp warp, byte[] data, int[] offsets, int lanes) {
        for (int i = 0; i < places.length; i++) {
            elements[i].store(warp, data, offsets, i * elementBytes, lanes, places[i]);
        }
    }
}
