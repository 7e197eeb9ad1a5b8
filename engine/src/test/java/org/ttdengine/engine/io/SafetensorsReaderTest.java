package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ttdengine.engine.DType;
import org.ttdengine.engine.testing.SharedFiles;

class SafetensorsReaderTest {
    private static final String ONE_TENSOR = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"golden/tiny_weights.safetensors", "golden/tiny_outputs.safetensors"})
    void goldenFilesOpenAndEveryTensorReads(String golden) throws IOException {
        try (TensorFile file = TensorFiles.open(SharedFiles.require(golden))) {
            assertThat(file.names()).isNotEmpty();
            for (String name : file.names()) {
                TensorInfo info = file.info(name);
                assertThat(file.readFloats(name)).hasSize(info.shape().size());
                assertThat((long) file.readBytes(name).length).isEqualTo(info.bytes());
            }
        }
    }

    @Test
    void namesKeepTheOrderOfTheHeaderAndMetadataIsKept() throws IOException {
        Path file = write(
                "{\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[4,5]},\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"a\":{\"dtype\":\"I16\",\"shape\":[2,1],\"data_offsets\":[0,4]},"
                        + "\"c\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[5,5]}}   ",
                1,
                0,
                0xff,
                0xff,
                7);
        try (TensorFile opened = TensorFiles.open(file)) {
            assertThat(opened.names()).containsExactly("b", "a", "c");
            assertThat(opened.metadata()).containsOnly(Map.entry("format", "pt"));
            assertThat(opened.readFloats("a")).containsExactly(1, -1);
            assertThat(opened.readFloats("b")).containsExactly(7);
            assertThat(opened.readFloats("c")).isEmpty();
            assertThat(opened.info("a").dtype()).isEqualTo(DType.I16);
            assertThat(opened.info("b").shape().rank()).isZero();
        }
    }

    @Test
    void aHeaderWhoseLengthLooksLikeAPickleIsStillSafetensors() throws IOException {
        String header = ONE_TENSOR + " ".repeat(640 - ONE_TENSOR.length());
        try (TensorFile opened = TensorFiles.open(write(header, new int[8]))) {
            assertThat(opened.names()).containsExactly("a");
        }
    }

    @Test
    void aFileShorterThanItsLengthFieldIsRefused() throws IOException {
        Path file = Files.write(folder.resolve("x.safetensors"), new byte[3]);
        assertRefused(file, "has 3 bytes, too few for a safetensors file");
    }

    @Test
    void aHeaderAboveOneHundredMegabytesIsRefused() throws IOException {
        assertRefused(writeRaw(100_000_001, "{}"), "states a header of 100000001 bytes, above the limit of 100000000");
    }

    @Test
    void anUnsignedHeaderLengthBeyondALongIsRefused() throws IOException {
        assertRefused(writeRaw(-1, "{}"), "states a header of 18446744073709551615 bytes, above the limit");
    }

    @Test
    void aTruncatedHeaderIsRefusedWithTheFileName() throws IOException {
        assertRefused(writeRaw(500, ONE_TENSOR), "states a header of 500 bytes, but only " + ONE_TENSOR.length());
    }

    @Test
    void aHeaderThatDoesNotStartWithABraceIsRefused() throws IOException {
        assertRefused(write(" {}"), "has a header that does not start with '{'");
        assertRefused(write(""), "has a header that does not start with '{'");
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() throws IOException {
        byte[] header = ONE_TENSOR.getBytes(StandardCharsets.ISO_8859_1);
        header[2] = (byte) 0xe9;
        assertRefused(writeBytes(header.length, header, new int[8]), "the header is not UTF-8 text");
    }

    @Test
    void aHeaderInUtf16IsRefused() throws IOException {
        byte[] header = ONE_TENSOR.getBytes(StandardCharsets.UTF_16LE);
        assertRefused(writeBytes(header.length, header, new int[8]), "the header is not valid JSON");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{`a`:|the header is not valid JSON",
                "{} {}|the header goes on after its JSON object",
                "{} x|the header is not valid JSON",
                "{`a`:[]}|the entry of tensor 'a' is not a JSON object",
                "{`a`:{`shape`:[],`data_offsets`:[0,4]}}|tensor 'a' has no 'dtype'",
                "{`a`:{`dtype`:`F32`,`data_offsets`:[0,4]}}|tensor 'a' has no 'shape'",
                "{`a`:{`dtype`:`F32`,`shape`:[]}}|tensor 'a' has no 'data_offsets'",
                "{`a`:{`dtype`:`F32`,`shape`:[],`offsets`:[0,4]}}|tensor 'a' has no 'data_offsets'",
                "{`a`:{`dtype`:3,`shape`:[],`data_offsets`:[0,4]}}|'dtype' of tensor 'a' is not a string",
                "{`a`:{`dtype`:`F32`,`shape`:1,`data_offsets`:[0,4]}}|'shape' of tensor 'a' is not a list",
                "{`a`:{`dtype`:`F32`,`shape`:[1.5],`data_offsets`:[0,4]}}|'shape' of tensor 'a' holds something else",
                "{`a`:{`dtype`:`F32`,`shape`:[`1`],`data_offsets`:[0,4]}}|'shape' of tensor 'a' holds something else",
                "{`a`:{`dtype`:`F32`,`shape`:[-1],`data_offsets`:[0,4]}}|tensor 'a' has a negative size in shape [-1]",
                "{`a`:{`dtype`:`F32`,`shape`:[99999999999999999999],`data_offsets`:[0,4]}}|"
                        + "'shape' of tensor 'a' holds a number beyond 64 bits",
                "{`a`:{`dtype`:`F32`,`shape`:[4611686018427387904,4],`data_offsets`:[0,0]}}|"
                        + "tensor 'a' of shape [4611686018427387904, 4] has more elements than fit an array",
                "{`a`:{`dtype`:`F32`,`shape`:[65536,65536],`data_offsets`:[0,0]}}|"
                        + "tensor 'a' of shape [65536, 65536] has more elements than fit an array",
                "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0]}}|tensor 'a' has 'data_offsets' that are not",
                "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,4,8]}}|'data_offsets' of tensor 'a' has more than 2",
                "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[8,0]}}|tensor 'a' has impossible data_offsets [8, 0]",
                "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[-8,0]}}|tensor 'a' has impossible data_offsets [-8, 0]",
                "{`a`:{`dtype`:`F32`,`shape`:[3],`data_offsets`:[0,8]}}|"
                        + "tensor 'a' of type F32 and shape [3] takes 12 bytes, but its data_offsets span 8",
                "{`a`:{`dtype`:`F33`,`shape`:[2],`data_offsets`:[0,8]}}|tensor 'a' has the unknown dtype 'F33'",
                "{`a`:{`dtype`:`F32`,`dtype`:`I32`}}|'dtype' of tensor 'a' is given twice",
                "{`a`:{`dtype`:`F32`,`shape`:[4],`data_offsets`:[0,16]}}|"
                        + "tensor 'a' needs data up to byte 16, but there are only 8; the file is truncated",
                "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}}|has 4 bytes after its last tensor",
                "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}}|has a hole of 4 bytes before tensor 'a'",
                "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,8]},`b`:{`dtype`:`F32`,`shape`:[1],"
                        + "`data_offsets`:[4,8]}}|tensor 'b' overlaps tensor 'a'",
                "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,8]},`a`:{`dtype`:`F32`,`shape`:[2],"
                        + "`data_offsets`:[0,8]}}|two tensors are named 'a'",
                "{`__metadata__`:{`k`:`v`,`k`:`w`}}|the metadata has 'k' twice",
                "{`__metadata__`:{},`__metadata__`:{}}|the header has two '__metadata__' entries",
                "{`__metadata__`:{`k`:1}}|metadata 'k' is not a string",
                "{`__metadata__`:[]}|'__metadata__' is not a JSON object",
                "{}|has 8 bytes after its last tensor",
            })
    void aBadHeaderIsRefusedByName(String header, String problem) throws IOException {
        assertRefused(write(header.replace('`', '"'), new int[8]), problem);
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        String deep = "{\"a\":{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}";
        assertRefused(write(deep), "the header is not valid JSON: Document nesting depth (17) exceeds");
    }

    @Test
    void anEndlessNumberIsRefused() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + "9".repeat(100_000) + "],\"data_offsets\":[0,8]}}";
        assertRefused(write(header, new int[8]), "the header is not valid JSON: Number value length");
    }

    @Test
    void tooManyAxesAreRefused() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + "1,".repeat(64) + "1],\"data_offsets\":[0,4]}}";
        assertRefused(write(header, new int[4]), "'shape' of tensor 'a' has more than 64 numbers");
    }

    @Test
    void controlCharactersInANameDoNotReachTheMessage() throws IOException {
        String header = "{\"a\\n\\u001b[2Jb\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
        assertRefused(write(header, new int[8]), "has a hole of 4 bytes before tensor 'a??[2Jb'");
    }

    @Test
    void everyElementTypeWidensToItsValue() throws IOException {
        assertElement("F64", "0000000000000840", 3);
        assertElement("F32", "0000a040", 5);
        assertElement("F16", "003c", 1);
        assertElement("BF16", "803f", 1);
        assertElement("F8_E4M3", "38", 1);
        assertElement("F8_E4M3", "fe", -448);
        assertElement("F8_E4M3", "01", 0x1p-9f);
        assertElement("F8_E4M3", "7f", Float.NaN);
        assertElement("F8_E5M2", "3c", 1);
        assertElement("F8_E5M2", "7b", 57344);
        assertElement("I64", "feffffffffffffff", -2);
        assertElement("I32", "feffffff", -2);
        assertElement("I16", "feff", -2);
        assertElement("I8", "fe", -2);
        assertElement("U64", "ffffffffffffffff", 0x1p64f);
        // 2^63 + 2^39 + 1: just above a tie, so the lost lowest bit decides.
        assertElement("U64", "0100000080000080", 0x1p63f + 0x1p40f);
        assertElement("U32", "ffffffff", 0x1p32f);
        assertElement("U16", "ffff", 65535);
        assertElement("U8", "ff", 255);
        assertElement("BOOL", "01", 1);
        assertElement("BOOL", "00", 0);
    }

    @Test
    void tensorsBeyondTwoGibibytesRead() throws IOException {
        String header = "{\"large\":{\"dtype\":\"F32\",\"shape\":[600000000],\"data_offsets\":[0,2400000000]},"
                + "\"last\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2400000000,2400000002]}}";
        Path path = write(header);
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.seek(8 + header.length() + 2_400_000_000L);
            sparse.write(new byte[] {7, 9});
        }
        try (TensorFile file = TensorFiles.open(path)) {
            assertThat(file.readFloats("last")).containsExactly(7, 9);
            assertThatThrownBy(() -> file.readBytes("large"))
                    .isInstanceOf(TensorFileException.class)
                    .hasMessage(path + ": tensor 'large' takes 2400000000 bytes, more than a byte array holds");
        }
    }

    private void assertElement(String dtype, String hex, float value) throws IOException {
        int[] bytes = new int[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        Path file = write(
                "{\"a\":{\"dtype\":\"" + dtype + "\",\"shape\":[],\"data_offsets\":[0," + bytes.length + "]}}", bytes);
        try (TensorFile opened = TensorFiles.open(file)) {
            assertThat(opened.readFloats("a")).as("%s %s", dtype, hex).containsExactly(value);
        }
    }

    private void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> TensorFiles.open(file))
                .isInstanceOf(TensorFileException.class)
                .hasMessageStartingWith(file + ": " + problem)
                .hasMessageNotContaining("\n");
    }

    private Path write(String header, int... data) throws IOException {
        byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
        return writeBytes(bytes.length, bytes, data);
    }

    private Path writeRaw(long statedLength, String header) throws IOException {
        return writeBytes(statedLength, header.getBytes(StandardCharsets.UTF_8));
    }

    private Path writeBytes(long statedLength, byte[] header, int... data) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(statedLength).put(header);
        for (int b : data) {
            file.put((byte) b);
        }
        return Files.write(folder.resolve("model.safetensors"), file.array());
    }
}
