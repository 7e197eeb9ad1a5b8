/** Memory of the emulated device: global and shared memory with their checks, and the instructions that use them. */
package org.ttdengine.emulator.memory;
