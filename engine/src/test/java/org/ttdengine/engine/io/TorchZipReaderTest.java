package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ttdengine.engine.DType;

class TorchZipReaderTest {
    private static final byte[] EIGHT_BYTES = {1, 0, 2, 0, 3, 0, (byte) 0xff, (byte) 0xff};

    @TempDir
    Path folder;

    @Test
    void anUntypedStorageTakesItsElementTypeFromTheTensor() throws IOException {
        String pickle = state(tensor("UntypedStorage", 8, 1, "I3\n", "I1\n", "Nctorch\nuint16\n}"));
        try (TensorFile file = TensorFiles.open(archive(pickle, Map.of("byteorder", bytes("little"))))) {
            assertThat(file.info("w").dtype()).isEqualTo(DType.U16);
            assertThat(file.readFloats("w")).containsExactly(2, 3, 65535);
            assertThat(file.readBytes("w")).isEqualTo(Arrays.copyOfRange(EIGHT_BYTES, 2, 8));
        }
    }

    @Test
    void aTensorSubclassIsRebuiltByItsInnerFunction() throws IOException {
        String inner = "ctorch._utils\n_rebuild_tensor_v2\n";
        String arguments = "(" + storage("ShortStorage", 4) + "I0\n(I4\nt(I1\ntI00\nNt";
        String pickle =
                state("ctorch._tensor\n_rebuild_from_type_v2\n(" + inner + "c__main__\nMine\n" + arguments + "}tR");
        try (TensorFile file = TensorFiles.open(archive(pickle, Map.of()))) {
            assertThat(file.readFloats("w")).containsExactly(1, 2, 3, -1);
        }
    }

    @Test
    void aStateDictInADictionarySubclassIsFound() throws IOException {
        String pickle = "c__main__\nEasyDict\n)\u0081S'w'\n" + tensor("ShortStorage", 4, 0, "I4\n", "I1\n", "N") + "s.";
        try (TensorFile file = TensorFiles.open(archive(pickle, Map.of()))) {
            assertThat(file.names()).containsExactly("w");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, I5, I1, tensor 'w' of shape [5] reaches beyond its storage of 8 bytes",
        "1, I4, I1, tensor 'w' of shape [4] reaches beyond its storage of 8 bytes",
        "5, I0, I1, ''",
        "-1, I1, I1, tensor 'w' has an impossible offset or impossible strides",
        "9223372036854775807, I4, I1, tensor 'w' of shape [4] reaches beyond its storage of 8 bytes",
        "0, I2, I-1, tensor 'w' has an impossible offset or impossible strides",
        "0, I2, I4, tensor 'w' of shape [2] reaches beyond its storage of 8 bytes",
        "0, I4, I9223372036854775807, tensor 'w' has impossible strides",
        "0, I5, I0, tensor 'w' of shape [5] repeats a storage of 8 bytes",
        "0, I2000000000, I0, tensor 'w' of shape [2000000000] repeats a storage of 8 bytes",
        "0, I2147483647, I0, tensor 'w' of shape [2147483647] has more elements than fit an array",
        "0, I99999999999, I1, tensor 'w' of shape [99999999999] has more elements than fit an array",
        "0, I-4, I1, tensor 'w' has a negative size in shape [-4]",
        "0, N, I1, a tensor's sizes or strides are no 64-bit numbers",
    })
    void aTensorMustLieInsideItsStorage(String offset, String size, String stride, String problem) throws IOException {
        String sizes = size.startsWith("I") ? size + "\n" : size;
        Path file = archive(state(tensor("ShortStorage", 4, offset, sizes, stride + "\n", "N")), Map.of());
        if (problem.isEmpty()) {
            try (TensorFile opened = TensorFiles.open(file)) {
                assertThat(opened.readFloats("w")).isEmpty();
            }
        } else {
            assertRefused(file, problem);
        }
    }

    @Test
    void sizesAndStridesMustAgree() throws IOException {
        assertRefused(
                archive(state(tensor("ShortStorage", 4, 0, "I2\n", "I1\nI1\n", "N")), Map.of()),
                "tensor 'w' has an impossible offset or impossible strides");
        assertRefused(
                archive(state(tensor("ShortStorage", 4, 0, "I1\n".repeat(65), "I1\n", "N")), Map.of()),
                "a tensor has 65 axes, more than 64");
    }

    @Test
    void aStorageThatPromisesMoreThanItHoldsIsRefused() throws IOException {
        assertRefused(
                archive(state(tensor("ShortStorage", 1_000_000_000, 0, "I2\n", "I1\n", "N")), Map.of()),
                "the storage '0' of tensor 'w' has 8 bytes, fewer than its 1000000000 elements take");
    }

    @Test
    void aMissingStorageIsRefused() throws IOException {
        String pickle = state(tensor("ShortStorage", 4, 0, "I4\n", "I1\n", "N")).replace("S'0'\n", "S'../7'\n");
        assertRefused(archive(pickle, Map.of()), "the archive has no entry 'm/data/../7'");
    }

    @Test
    void oneStorageCannotHaveTwoTypes() throws IOException {
        String pickle = "}S'w'\n" + tensor("ShortStorage", 4, 0, "I4\n", "I1\n", "N") + "sS'v'\n"
                + tensor("ByteStorage", 8, 0, "I8\n", "I1\n", "N") + "s.";
        assertRefused(archive(pickle, Map.of()), "storage '0' is described in two ways");
    }

    @Test
    void aBigEndianFileIsRefused() throws IOException {
        assertRefused(
                archive(state(tensor("ShortStorage", 4, 0, "I4\n", "I1\n", "N")), Map.of("byteorder", bytes("big"))),
                "was saved on a big-endian machine");
    }

    @Test
    void malformedRebuildsAndIdsAreRefused() throws IOException {
        assertRefused(archive("ctorch._utils\n_rebuild_tensor_v2\n(NNNNtR.", Map.of()), "the pickle rebuilds a tensor");
        assertRefused(archive("NQ.", Map.of()), "a persistent id is no tuple");
        assertRefused(archive("(S'other'\ntQ.", Map.of()), "a persistent id is no storage's");
    }

    @Test
    void modulesNestedBeyondReasonAreRefused() throws IOException {
        StringBuilder pickle = new StringBuilder();
        for (int i = 0; i < 70; i++) {
            pickle.append("c__torch__\nM\n)\u0081}S'm'\n");
        }
        pickle.append("c__torch__\nM\n)\u0081").append("sb".repeat(70)).append('.');
        assertRefused(archive(pickle.toString(), Map.of()), "nests modules more than 64 deep");
    }

    @Test
    void modulesSharedIntoAnExponentialTreeAreRefused() throws IOException {
        StringBuilder pickle = new StringBuilder("c__torch__\nM\n)\u0081p0\n");
        for (int i = 0; i < 40; i++) {
            String previous = "g" + i + "\n";
            pickle.append("0c__torch__\nM\n)\u0081}S'a'\n")
                    .append(previous)
                    .append("sS'b'\n")
                    .append(previous)
                    .append("sbp")
                    .append(i + 1)
                    .append('\n');
        }
        assertRefused(archive(pickle + ".", Map.of()), "has modules with more than 1048576 attributes");
    }

    @Test
    void aModuleThatContainsItselfIsRefused() throws IOException {
        assertRefused(
                archive("c__torch__\nM\n)\u0081p0\n}S'self'\ng0\nsb.", Map.of()), "nests modules more than 64 deep");
    }

    @Test
    void aZipWithoutAPickleIsRefused() throws IOException {
        Path file = folder.resolve("photos.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a/b.jpg"));
        }
        assertRefused(file, "is a zip archive without data.pkl, so no PyTorch checkpoint");
    }

    @Test
    void aCompressedPickleIsRefused() throws IOException {
        Path file = folder.resolve("repacked.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("m/data.pkl"));
            zip.write(new byte[10_000_000]);
        }
        assertRefused(file, "the archive's entry 'm/data.pkl' is compressed or encrypted");
    }

    @Test
    void anEntryThatClaimsMoreThanTheFileHoldsIsRefused() throws IOException {
        Path file = archive(state(tensor("ShortStorage", 4, 0, "I4\n", "I1\n", "N")), Map.of());
        byte[] zip = Files.readAllBytes(file);
        ByteBuffer view = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < zip.length - 46; at++) {
            if (view.getInt(at) == 0x02014b50) {
                view.putInt(at + 20, 0x7fffffff).putInt(at + 24, 0x7fffffff);
            }
        }
        Files.write(file, zip);
        assertRefused(file, "entry 'm/data.pkl' of 2147483647 bytes reaches beyond the end of the file");
    }

    @Test
    void zip64SizesAreRead() throws IOException {
        Path file = archive(state(tensor("ShortStorage", 4, 0, "I4\n", "I1\n", "N")), Map.of());
        Files.write(file, Zip64.rewrite(Files.readAllBytes(file)));
        try (TensorFile opened = TensorFiles.open(file)) {
            assertThat(opened.readFloats("w")).containsExactly(1, 2, 3, -1);
        }
    }

    private static String state(String tensor) {
        return "}S'w'\n" + tensor + "s.";
    }

    private static String tensor(String type, int count, Object offset, String sizes, String strides, String tail) {
        return "ctorch._utils\n_rebuild_tensor_" + (tail.equals("N") ? "v2" : "v3") + "\n(" + storage(type, count) + "I"
                + offset + "\n(" + sizes + "t(" + strides + "tI00\n" + tail + "tR";
    }

    private static String storage(String type, int count) {
        return "(S'storage'\nctorch\n" + type + "\nS'0'\nS'cpu'\nI" + count + "\ntQ";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private Path archive(String pickle, Map<String, byte[]> more) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("data.pkl", bytes(pickle));
        entries.put("data/0", EIGHT_BYTES);
        entries.putAll(more);
        Path file = folder.resolve("m.pt");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                ZipEntry entry = new ZipEntry("m/" + content.getKey());
                CRC32 crc = new CRC32();
                crc.update(content.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        }
        return file;
    }

    private void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> TensorFiles.open(file))
                .isInstanceOf(TensorFileException.class)
                .hasMessageStartingWith(file + ": " + problem);
    }

    /** Moves every size and offset of an archive's directory into zip64 fields, as archives above 4 GiB have them. */
    private static final class Zip64 {
        static byte[] rewrite(byte[] zip) throws IOException {
            ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
            int end = zip.length - 22;
            int directory = in.getInt(end + 16);
            int count = in.getShort(end + 10);
            ByteBuffer out = ByteBuffer.allocate(zip.length + count * 28 + 76).order(ByteOrder.LITTLE_ENDIAN);
            out.put(zip, 0, directory);
            int at = directory;
            for (int i = 0; i < count; i++) {
                int fixed = 46 + in.getShort(at + 28);
                int start = out.position();
                out.put(zip, at, fixed);
                out.putShort((short) 1).putShort((short) 24);
                out.putLong(in.getInt(at + 24)).putLong(in.getInt(at + 20)).putLong(in.getInt(at + 42));
                out.putInt(start + 20, -1).putInt(start + 24, -1).putInt(start + 42, -1);
                out.putShort(start + 30, (short) 28).putShort(start + 32, (short) 0);
                at += fixed + in.getShort(at + 30) + in.getShort(at + 32);
            }
            int record = out.position();
            out.putInt(0x06064b50).putLong(44).putInt(0).putInt(0).putInt(0);
            out.putLong(count).putLong(count).putLong(record - directory).putLong(directory);
            out.putInt(0x07064b50).putInt(0).putLong(record).putInt(1);
            out.put(zip, end, 22);
            out.putInt(out.position() - 10, -1).putInt(out.position() - 6, -1);
            return Arrays.copyOf(out.array(), out.position());
        }
    }
}
