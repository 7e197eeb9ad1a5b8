package org.ttdengine.emulator.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ttdengine.emulator.machine.DeviceFault;

class GlobalMemoryTest {
    private final GlobalMemory memory = new GlobalMemory(1 << 20, true);

    private static DeviceFault fault(Runnable action) {
        DeviceFault fault = catchThrowableOfType(DeviceFault.class, action::run);
        assertThat(fault).as("a fault").isNotNull();
        return fault;
    }

    @Test
    void addressesAreOfThePrivateRangeAlignedTo256BytesAndToNothingMore() {
        for (int size : new int[] {1, 255, 256, 65_024, 65_025, 200_000}) {
            long address = memory.allocate(size, "a");
            assertThat(address).isGreaterThanOrEqualTo(0x7f00_0000_0000L);
            assertThat(address % 256).isZero();
            assertThat(address % 512).isEqualTo(256);
        }
    }

    @Test
    void whatIsWrittenIsReadBack() {
        long address = memory.allocate(100, "a");
        byte[] data = new byte[100];
        Arrays.setAll(new int[100], i -> data[i] = (byte) i);
        memory.write(address, data, 0, 100);
        byte[] back = new byte[40];
        memory.read(address + 30, back, 10, 20);
        assertThat(Arrays.copyOfRange(back, 10, 30)).isEqualTo(Arrays.copyOfRange(data, 30, 50));
        ByteBuffer direct = ByteBuffer.allocateDirect(8);
        memory.read(address + 92, direct);
        assertThat(direct.get(7)).isEqualTo((byte) 99);
        memory.write(address, direct.flip());
        memory.read(address, back, 0, 8);
        assertThat(back[0]).isEqualTo((byte) 92);
    }

    @Test
    void newMemoryIsPoison() {
        long address = memory.allocate(4, "a");
        ByteBuffer word = ByteBuffer.allocate(4);
        memory.read(address, word);
        assertThat(word.getFloat(0)).isNaN();
    }

    @Test
    void oneByteTooManyIsOutOfBoundsAndNamesTheAllocation() {
        long address = memory.allocate(100, "weights of layer 3");
        memory.read(address, new byte[100], 0, 100);
        DeviceFault fault = fault(() -> memory.read(address, new byte[101], 0, 101));
        assertThat(fault.kind()).isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
        assertThat(fault).hasMessageContaining("weights of layer 3");
        assertThat(fault(() -> memory.write(address + 100, new byte[1], 0, 1)))
                .hasMessageContaining("0 bytes past the end");
        assertThat(fault(() -> memory.write(address - 1, new byte[1], 0, 1))).hasMessageContaining("1 bytes before");
    }

    @Test
    void neighboursNeverTouch() {
        long a = memory.allocate(65_024, "a");
        long b = memory.allocate(10, "b");
        assertThat(b - (a + 65_024)).isGreaterThanOrEqualTo(512);
        assertThat(fault(() -> memory.read(a + 65_024, new byte[1], 0, 1)).kind())
                .isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
    }

    @Test
    void useAfterFreeIsNamedAndAddressesAreNotGivenOutAgain() {
        long address = memory.allocate(64, "activations");
        memory.free(address);
        DeviceFault fault = fault(() -> memory.read(address + 8, new byte[4], 0, 4));
        assertThat(fault.kind()).isEqualTo(DeviceFault.Kind.USE_AFTER_FREE);
        assertThat(fault).hasMessageContaining("activations");
        assertThat(memory.allocate(64, "b")).isNotEqualTo(address);
    }

    @Test
    void secondFreeAndFreeOfAnInnerAddressAreFaults() {
        long address = memory.allocate(64, "a");
        assertThat(fault(() -> memory.free(address + 4)).kind()).isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
        memory.free(address);
        assertThat(fault(() -> memory.free(address)).kind()).isEqualTo(DeviceFault.Kind.USE_AFTER_FREE);
    }

    @Test
    void hostAddressesAreUnknown() {
        assertThat(fault(() -> memory.read(0x1000, new byte[4], 0, 4)).kind())
                .isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
        assertThat(fault(() -> memory.read(-1, new byte[4], 0, 4)).kind()).isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
    }

    @Test
    void bytesAndLiveAllocationsAreCounted() {
        long a = memory.allocate(100, "a");
        long b = memory.allocate(200, "b");
        memory.free(a);
        assertThat(memory.bytesInUse()).isEqualTo(200);
        assertThat(memory.peakBytes()).isEqualTo(300);
        assertThat(memory.allocationCount()).isEqualTo(2);
        assertThat(memory.liveAllocations()).containsExactly(new LiveAllocation(b, 200, "b", 2));
        assertThat(memory.allocationAt(b + 199).label()).isEqualTo("b");
    }

    @Test
    void theCapacityIsALimit() {
        long address = memory.allocate(1 << 20, "all");
        assertThatThrownBy(() -> memory.allocate(1, "one more")).isInstanceOf(OutOfDeviceMemory.class);
        memory.free(address);
        assertThat(memory.allocate(1 << 20, "again")).isPositive();
    }

    @Test
    void fillsAreOfElements() {
        long address = memory.allocate(16, "a");
        memory.fill(address, 0x01020304, 4, 2);
        memory.fill(address + 8, 0xABCD, 2, 4);
        byte[] back = new byte[16];
        memory.read(address, back, 0, 16);
        assertThat(back).startsWith(4, 3, 2, 1, 4, 3, 2, 1, 0xCD, 0xAB);
        assertThat(fault(() -> memory.fill(address + 2, 0, 4, 1)).kind())
                .isEqualTo(DeviceFault.Kind.MISALIGNED_ADDRESS);
        assertThat(fault(() -> memory.fill(address, 0, 4, 5)).kind()).isEqualTo(DeviceFault.Kind.ILLEGAL_ADDRESS);
    }

    @Test
    void copiesCarryTheMarksOfTheirSource() {
        long source = memory.allocate(8, "source");
        long target = memory.allocate(8, "target");
        memory.write(source, new byte[4], 0, 4);
        memory.copy(target, source, 8);
        byte[] marks = memory.find(target).shadow;
        assertThat(Bytes.initialised(marks, 0, 4)).isTrue();
        assertThat(Bytes.initialised(marks, 4, 4)).isFalse();
        assertThat(memory.find(source).shadow).isNotNull();
        memory.fill(source, 0, 1, 8);
        assertThat(memory.find(source).shadow)
                .as("fully written: nothing left to track")
                .isNull();
    }
}
