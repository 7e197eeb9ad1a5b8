package org.ttdengine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KernelLockTest {
    private static final ModuleRecord ROW = new ModuleRecord("5e", "b7", "13.0.88", "-O3 -ptx", "8.0", "sm_80");

    private static Map<Architecture, Assembly> assemblies(int registers) {
        Map<Architecture, Assembly> assemblies = new EnumMap<>(Architecture.class);
        for (Architecture architecture : Architecture.values()) {
            assemblies.put(architecture, new Assembly(registers + architecture.ordinal(), 1, 2, 3, 4096));
        }
        return assemblies;
    }

    private static KernelLock lock() {
        return new KernelLock(
                new TreeMap<>(Map.of("row", ROW)),
                new TreeMap<>(Map.of("row.sum_f32", assemblies(20), "row.max_f32", assemblies(30))));
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(KernelLock.parse(lock().render())).isEqualTo(lock());
    }

    @Test
    void everyModuleAndKernelHasALineOfItsOwn() {
        assertThat(lock().render().lines())
                .hasSize(6)
                .satisfiesOnlyOnce(line -> assertThat(line).startsWith("\"module row\""))
                .satisfiesOnlyOnce(line -> assertThat(line).startsWith("\"kernel row.max_f32\""))
                .satisfiesOnlyOnce(line -> assertThat(line).startsWith("\"kernel row.sum_f32\""));
    }

    @Test
    void anEmptyLockIsReadToo() {
        KernelLock empty = new KernelLock(new TreeMap<>(), new TreeMap<>());
        assertThat(KernelLock.parse(empty.render())).isEqualTo(empty);
    }

    @Test
    void figuresAreFoundByKernelAndArchitecture() {
        KernelSpec sum = new KernelSpec("row", "sum_f32", 256, 64);
        assertThat(lock().assembly(sum, Architecture.SM_90).registers()).isEqualTo(23);
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> lock().assembly(new KernelSpec("row", "sum_bf16", 256, 64), Architecture.SM_80))
                .withMessageContaining("row.sum_bf16");
    }

    @Test
    void otherFormatsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> KernelLock.parse("{\"format\": 2}"));
        assertThatIllegalArgumentException().isThrownBy(() -> KernelLock.parse("{<<<<<<<"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelLock.parse("{\"kernel a.b\": {\"sm_80\": {}}, \"format\": 1}"));
    }
}
