package org.ttdengine.engine.io;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The few Python functions any pickle may use: ordered and default dictionaries and encoded byte strings. Whatever else a
 * pickle calls becomes an inert {@link PickleObject}; what only an attack would name is refused outright.
 */
final class PythonBuiltins implements PickleEnvironment {
    private static final Set<String> HOSTILE_MODULES = Set.of(
            "os",
            "posix",
            "nt",
            "subprocess",
            "sys",
            "runpy",
            "socket",
            "shutil",
            "importlib",
            "pty",
            "commands",
            "code",
            "ctypes");
    private static final Set<String> HOSTILE_BUILTINS = Set.of(
            "eval", "exec", "execfile", "compile", "open", "file", "getattr", "setattr", "delattr", "__import__");

    private final Path file;

    PythonBuiltins(Path file) {
        this.file = file;
    }

    /** The name of a class or function, unless it can only serve an attack. */
    static PickleGlobal global(Path file, String module, String name) throws TensorFileException {
        PickleGlobal global = new PickleGlobal(module, name);
        boolean builtin = module.equals("builtins") || module.equals("__builtin__");
        if (HOSTILE_MODULES.contains(root(module)) || (builtin && HOSTILE_BUILTINS.contains(root(name)))) {
            throw new TensorFileException(
                    file,
                    "the pickle asks for " + global.qualifiedName()
                            + ", which no checkpoint needs; the file is hostile and was not read");
        }
        return global;
    }

    private static String root(String dotted) {
        int dot = dotted.indexOf('.');
        return dot < 0 ? dotted : dotted.substring(0, dot);
    }

    @Override
    public Object call(PickleGlobal function, PickleTuple arguments, Budget budget) throws TensorFileException {
        budget.charge(1);
        Object known =
                switch (function.qualifiedName()) {
                    case "collections.OrderedDict" -> dictionary(arguments.items(), budget);
                    case "collections.defaultdict" -> dictionary(withoutFactory(arguments.items()), budget);
                    case "_codecs.encode" -> encode(arguments.items(), budget);
                    default -> null;
                };
        return known != null ? known : new PickleObject(function, arguments);
    }

    @Override
    public Object persistent(Object id) throws TensorFileException {
        throw new TensorFileException(file, "the pickle refers to data outside itself");
    }

    private static List<Object> withoutFactory(List<Object> arguments) {
        return arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
    }

    /** The dictionary made from nothing, from another one, or from a list of pairs; null for any other arguments. */
    private static Map<?, ?> dictionary(List<Object> arguments, Budget budget) throws TensorFileException {
        if (arguments.isEmpty()) {
            return new LinkedHashMap<>();
        }
        if (arguments.size() > 1) {
            return null;
        }
        if (arguments.get(0) instanceof Map<?, ?> map) {
            return map;
        }
        if (!(arguments.get(0) instanceof List<?> pairs)) {
            return null;
        }
        budget.charge(pairs.size());
        Map<Object, Object> map = new LinkedHashMap<>();
        for (Object item : pairs) {
            List<?> pair =
                    item instanceof PickleTuple tuple ? tuple.items() : item instanceof List<?> list ? list : null;
            if (pair == null || pair.size() != 2 || !PickleReader.isHashable(pair.get(0))) {
                return null;
            }
            map.put(pair.get(0), pair.get(1));
        }
        return map;
    }

    /** Bytes written as text with the code points 0..255, as protocol 2 does it; null for any other arguments. */
    private static byte[] encode(List<Object> arguments, Budget budget) throws TensorFileException {
        if (arguments.isEmpty() || !(arguments.get(0) instanceof String text)) {
            return null;
        }
        Object name = arguments.size() > 1 ? arguments.get(1) : "utf-8";
        Charset charset = "latin1".equals(name) || "latin-1".equals(name)
                ? StandardCharsets.ISO_8859_1
                : "utf-8".equals(name) || "utf8".equals(name) ? StandardCharsets.UTF_8 : null;
        if (charset == null) {
            return null;
        }
        budget.charge(text.length() / Long.BYTES);
        return text.getBytes(charset);
    }
}
