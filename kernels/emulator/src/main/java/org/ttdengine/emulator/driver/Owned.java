package org.ttdengine.emulator.driver;

/** What belongs to a context and ends with it. */
interface Owned {
    Context context();
}
