package org.ttdengine.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void everyProtocolGivesTheSameValues(int protocol) throws IOException {
        Map<?, ?> root = (Map<?, ?>) PickleReader.read(fixture("protocol" + protocol + ".p"));

        List<?> refs = (List<?>) root.get("refs");
        assertThat(refs).hasSize(3);
        Map<?, ?> ref = (Map<?, ?>) refs.get(2);
        assertThat(ref.get("ref_id")).isEqualTo(2L);
        assertThat(ref.get("split")).isEqualTo("val");
        assertThat(ref.get("tokens")).isEqualTo(List.of("cat", "a \\ b\n", "caf\u00e9 \ud83d\ude00"));
        assertThat(ref.get("tokens")).isSameAs(((Map<?, ?>) refs.get(0)).get("tokens"));
        assertThat(((PickleTuple) ref.get("box")).items()).isEqualTo(List.of(1.5, -2L, 2L));

        assertThat(root.get("integers"))
                .isEqualTo(List.of(
                        0L,
                        255L,
                        256L,
                        65535L,
                        65536L,
                        -1L,
                        -(1L << 31),
                        1L << 31,
                        Long.MIN_VALUE,
                        BigInteger.ONE.shiftLeft(63),
                        BigInteger.ONE.shiftLeft(2000)));
        assertThat(root.get("floats"))
                .isEqualTo(List.of(0.1, -1e300, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        assertThat(root.get("constants")).isEqualTo(Arrays.asList(null, true, false));
        assertThat((List<?>) root.get("tuples"))
                .extracting(t -> ((PickleTuple) t).size())
                .isEqualTo(List.of(0, 1, 2, 3, 4));
        byte[] bytes = new byte[303];
        bytes[1] = (byte) 0xff;
        bytes[2] = '\n';
        assertThat(root.get("bytes")).isEqualTo(bytes);
        assertThat(((Map<?, ?>) root.get("ordered")).keySet().toArray()).containsExactly("b", "a");
        assertThat(root.get("default")).isEqualTo(Map.of("k", List.of(1L)));
        assertThat(root.get("long")).isEqualTo("x".repeat(300));
        assertThat(root.get(7L)).isEqualTo("integer key");
        assertThat(root.get("class")).isEqualTo(new PickleGlobal("collections", "Counter"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void anUnknownClassBecomesAnInertObjectThatKeepsItsState(int protocol) throws IOException {
        Map<?, ?> root = (Map<?, ?>) PickleReader.read(fixture("protocol" + protocol + ".p"));
        PickleObject object = (PickleObject) root.get("object");
        PickleGlobal type = protocol < 2 ? (PickleGlobal) object.arguments().get(0) : object.type();
        assertThat(type.qualifiedName()).isEqualTo("__main__.Settings");
        assertThat(((Map<?, ?>) object.state()).get("learning_rate")).isEqualTo(1e-4);
    }

    @Test
    void aRefCocoFileOfPython2Reads() throws IOException {
        Object refs =
                read("(lp0\n(dp1\nS'sentences'\np2\n(lp3\n(dp4\nS'tokens'\np5\n(lp6\nS'the'\np7\naS\"man's\"\np8\nas"
                        + "S'raw'\np9\nS'caf\\xc3\\xa9\\n\\\\'\np10\nsS'sent_id'\np11\nI42\nsS'sent'\nVcaf\\u00e9\np12\nsasS'ref_id'\n"
                        + "L7L\nsS'flag'\nI01\nsS'image_id'\nI380440\nsa.");
        assertThat(refs)
                .isEqualTo(List.of(Map.of(
                        "sentences",
                        List.of(Map.of(
                                "tokens",
                                List.of("the", "man's"),
                                "raw",
                                "caf\u00e9\n\\",
                                "sent_id",
                                42L,
                                "sent",
                                "caf\u00e9")),
                        "ref_id",
                        7L,
                        "flag",
                        true,
                        "image_id",
                        380440L)));
    }

    @Test
    void aByteStringThatIsNotUtf8IsLatin1() throws IOException {
        assertThat(read("U\u0002\u00e9t.")).isEqualTo("\u00e9t");
        assertThat(read("T\u0002\0\0\0\u00c3\u00a9.")).isEqualTo("\u00e9");
    }

    @Test
    void stackInstructionsDoWhatPythonDoes() throws IOException {
        assertThat(read("K\u0001K\u00020.")).isEqualTo(1L);
        assertThat(read("K\u0001(K\u0002K\u00031.")).isEqualTo(1L);
        assertThat(((PickleTuple) read("K\u00072\u0086.")).items()).isEqualTo(List.of(7L, 7L));
        assertThat(read("(K\u0001K\u0002K\u0003K\u0004d.")).isEqualTo(Map.of(1L, 2L, 3L, 4L));
        assertThat(read("(K\u0001K\u0002l.")).isEqualTo(List.of(1L, 2L));
        assertThat(read("K\u0005r\u0001\u0001\0\0" + "0j\u0001\u0001\0\0.")).isEqualTo(5L);
        assertThat(read("]\u0094(K\u0001h\0e.")).isInstanceOf(List.class);
        assertThat(read("\u008f(K\u0001\u0090.")).isEqualTo(List.of(1L));
        assertThat(((PickleTuple) read("(K\u0001\u0091.")).items()).isEqualTo(List.of(1L));
        assertThat(read("\u008d\u0002\0\0\0\0\0\0\0ab.")).isEqualTo("ab");
        assertThat(read("C\u0001\u00ff.")).isEqualTo(new byte[] {-1});
        assertThat(read("\u008a\0.")).isEqualTo(0L);
        assertThat(read("\u008b\u0002\0\0\0\0\u0080.")).isEqualTo(-32768L);
        assertThat(read("F1.5\n.")).isEqualTo(1.5);
        assertThat(read("ccollections\nOrderedDict\n((((S'a'\nK\u0001ltltR.")).isInstanceOf(PickleObject.class);
        assertThat(read("ccollections\nOrderedDict\n(((S'a'\nK\u0001lltR.")).isEqualTo(Map.of("a", 1L));
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "nt, system",
        "os.path, join",
        "subprocess, Popen",
        "sys, exit",
        "builtins, eval",
        "__builtin__, eval",
        "builtins, exec",
        "builtins, compile",
        "builtins, open",
        "builtins, getattr",
        "__builtin__, __import__",
        "runpy, run_path",
        "socket, socket",
        "shutil, rmtree",
        "importlib, import_module",
        "pty, spawn",
        "commands, getoutput",
        "code, interact",
        "ctypes, CDLL"
    })
    void aHostileGlobalIsRefusedHoweverItIsSpelt(String module, String name) {
        String refusal = ": the pickle asks for " + module + "." + name
                + ", which no checkpoint needs; the file is hostile and was not read";
        assertRefused("c" + module + "\n" + name + "\n(S'x'\ntR.", refusal);
        assertRefused("(i" + module + "\n" + name + "\n.", refusal);
        assertRefused(
                "\u008c" + (char) module.length() + module + "\u008c" + (char) name.length() + name + "\u0093)\u0081.",
                refusal);
    }

    @Test
    void harmlessBuiltinsAreInertToo() throws IOException {
        assertThat(read("c__builtin__\nfloat\n.")).isEqualTo(new PickleGlobal("__builtin__", "float"));
        assertThat(((PickleObject) read("c__builtin__\nset\n((lK\u0001atR."))
                        .type()
                        .name())
                .isEqualTo("set");
        assertThat(((PickleObject) read("(c__main__\nA\nK\u0001o}b.")).state()).isEqualTo(Map.of());
        assertThat(((PickleObject) read("c__main__\nA\n)}\u0092.")).arguments().size())
                .isZero();
        assertThat(((PickleObject) read("c__main__\nD\n)\u0081S'k'\nK\u0001s.")).entries())
                .isEqualTo(Map.of("k", 1L));
        assertThat(((PickleObject) read("c__main__\nL\n)\u0081K\u0001a.")).elements())
                .isEqualTo(List.of(1L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "''|it ends early",
                "N|it ends early",
                ".|it takes a value from an empty stack",
                "0.|it takes a value from an empty stack",
                "(.|it takes a value from an empty stack",
                "t.|a mark is missing",
                "h1.|it recalls value 49, which was never remembered",
                "g1\\n.|it recalls value 1, which was never remembered",
                "NNs.|it takes a value from an empty stack",
                "NNNs.|it puts entries into something that is no dictionary",
                "NNa.|it appends to something that is no list",
                "}(Nu.|a dictionary's key has no value",
                "}]Ns.|a dictionary's key is a list or a dictionary",
                "}}Ns.|a dictionary's key is a list or a dictionary",
                "NNR.|the arguments of a call are no tuple",
                "N)R.|it calls something that is no function",
                "(o.|an object has no class",
                "?.|there is no instruction 0x3f",
                "Iabc\\n.|For input string",
                "Sabc\\n.|a string without its quotes",
                "S'\\n.|a string without its quotes",
                "V\\\\Uffffffff\\n.|Not a valid Unicode code point",
                "Tabcd.|a value of 1684234849 bytes does not fit the rest of the pickle",
                "T\\xff\\xff\\xff\\xff.|a value of 18446744073709551615 bytes does not fit the rest of the pickle",
                "\\x8d\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f.|a value of 9223372036854775807 bytes does not fit",
                "\\x80\\x06N.|its protocol 6 is newer than 5",
                "NN\\x93.|the name of a class is no text",
            })
    void aDamagedPickleIsRefusedWithItsDefect(String pickle, String problem) {
        String raw = "''".equals(pickle) ? "" : unescape(pickle);
        assertThatThrownBy(() -> read(raw))
                .isInstanceOf(TensorFileException.class)
                .hasMessageStartingWith(folder.resolve("x.p") + ": the pickle is damaged at byte ")
                .hasMessageContaining(problem);
    }

    @Test
    void dataOutsideThePickleIsRefused() {
        assertRefused("P7\n.", ": the pickle refers to data outside itself");
        assertRefused("NQ.", ": the pickle refers to data outside itself");
    }

    @Test
    void aMissingFileIsRefused() {
        Path missing = folder.resolve("refs(unc).p");
        assertThatThrownBy(() -> PickleReader.read(missing))
                .isInstanceOf(TensorFileException.class)
                .hasMessage(missing + ": no such file");
    }

    @Test
    void aBottomlessStackIsRefused() {
        assertRefused("(".repeat((1 << 20) + 1), "its stack is deeper than 1048576");
    }

    @Test
    void aFloodOfSmallValuesIsRefused() {
        assertRefused("]" + "}a".repeat((1 << 22) + 1), "it makes more than 4194304 values");
    }

    @Test
    void aSmallPickleCannotCopyABigListOverAndOver() {
        String bigList = "(" + ")".repeat(1000) + "lp0\n0";
        String copies = "ccollections\nOrderedDict\n(g0\ntR0".repeat(5000);
        assertRefused(bigList + copies + "N.", "it makes more than 4194304 values");
    }

    @Test
    void anEndlessDecimalNumberIsRefused() {
        assertRefused("L" + "9".repeat(100_000) + "\n.", "a number of 100000 digits");
    }

    @Test
    void aListThatContainsItselfReads() throws IOException {
        List<?> list = (List<?>) read("]q\0h\0a.");
        assertThat(list.get(0)).isSameAs(list);
    }

    @Test
    void hugeTupleDepthReadsWithoutRecursion() throws IOException {
        assertThat(read(")" + "\u0085".repeat(1_000_000) + ".")).isInstanceOf(PickleTuple.class);
        assertThat(Collections.frequency(((PickleTuple) read("NN\u0086.")).items(), null))
                .isEqualTo(2);
    }

    private Object read(String latin1) throws IOException {
        return PickleReader.read(Files.write(folder.resolve("x.p"), latin1.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void assertRefused(String latin1, String problem) {
        assertThatThrownBy(() -> read(latin1))
                .isInstanceOf(TensorFileException.class)
                .hasMessageContaining(problem);
    }

    /** Turns the escapes of a table cell, line feeds and bytes, into themselves. */
    private static String unescape(String cell) {
        return Pattern.compile("\\\\(n|\\\\|x[0-9a-f]{2})")
                .matcher(cell)
                .replaceAll(m -> Matcher.quoteReplacement(
                        switch (m.group(1).charAt(0)) {
                            case 'n' -> "\n";
                            case '\\' -> "\\";
                            default ->
                                String.valueOf(
                                        (char) Integer.parseInt(m.group(1).substring(1), 16));
                        }));
    }

    private Path fixture(String name) throws IOException {
        try (InputStream in = PickleReaderTest.class.getResourceAsStream("/pickle/" + name)) {
            return Files.write(folder.resolve(name), in.readAllBytes());
        }
    }
}
