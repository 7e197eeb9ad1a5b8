package org.ttdengine.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Python pickles of protocol 0 to 5 without running anything they contain.
 *
 * <p>Python values become {@code null}, Boolean, Long (BigInteger beyond 64 bits), Double, String, {@code byte[]}, List,
 * Map, {@link PickleTuple}; a set becomes a List; a class becomes a {@link PickleGlobal} and an instance of one a
 * {@link PickleObject}, both inert.
 */
public final class PickleReader {
    private static final int NEWEST_PROTOCOL = 5;
    private static final long MOST_INSTRUCTIONS = 1 << 25;

    private final PickleInput input;
    private final PickleEnvironment environment;
    private final PickleStack stack;

    PickleReader(PickleInput input, PickleEnvironment environment) {
        this.input = input;
        this.environment = environment;
        this.stack = new PickleStack(input);
    }

    /**
     * The value of a file that holds one pickle.
     *
     * @throws TensorFileException if there is no such file, or the pickle is damaged, exceeds the limits, or asks for something hostile
     */
    public static Object read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new TensorFileException(file, "no such file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            PickleInput input = new PickleInput(FileWindow.of(file, channel));
            return new PickleReader(input, new PythonBuiltins(file)).read();
        }
    }

    /** Runs the machine up to the pickle's end and returns the value it leaves. */
    Object read() throws IOException {
        for (long count = 0; count < MOST_INSTRUCTIONS; count++) {
            int code = input.u8();
            PickleOp op = PickleOp.of(code);
            if (op == null) {
                throw input.refuse("there is no instruction 0x" + Integer.toHexString(code));
            }
            if (op == PickleOp.STOP) {
                return stack.pop();
            }
            try {
                execute(op);
            } catch (IllegalArgumentException malformedText) {
                throw input.refuse(malformedText.getMessage());
            }
        }
        throw input.refuse("it has more than " + MOST_INSTRUCTIONS + " instructions");
    }

    static boolean isHashable(Object key) {
        return !(key instanceof List || key instanceof Map);
    }

    private void execute(PickleOp op) throws IOException {
        switch (op) {
            case PROTO -> protocol(input.u8());
            case FRAME -> input.i64();
            case EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3, FROZENSET -> stack.pushNew(tuple(op));
            case EMPTY_LIST, EMPTY_SET -> stack.pushNew(new ArrayList<>(0));
            case EMPTY_DICT -> stack.pushNew(new LinkedHashMap<>());
            case LIST -> stack.pushNew(stack.popToMark());
            case DICT -> dictionary(stack.popToMark());
            case APPEND -> append(stack.pop(1));
            case APPENDS, ADDITEMS -> append(stack.popToMark());
            case SETITEM -> setItems(stack.pop(2));
            case SETITEMS -> setItems(stack.popToMark());
            case MARK -> stack.mark();
            case POP -> stack.drop();
            case POP_MARK -> stack.popToMark();
            case DUP -> stack.push(stack.peek());
            case PUT -> stack.remember(index(input.line()));
            case BINPUT -> stack.remember(input.u8());
            case LONG_BINPUT -> stack.remember(input.u32());
            case MEMOIZE -> stack.rememberNext();
            case GET -> stack.push(stack.recall(index(input.line())));
            case BINGET -> stack.push(stack.recall(input.u8()));
            case LONG_BINGET -> stack.push(stack.recall(input.u32()));
            case GLOBAL -> stack.pushNew(global(input.line(), input.line()));
            case STACK_GLOBAL -> stackGlobal(stack.pop(2));
            case REDUCE, NEWOBJ -> call(stack.pop(2));
            case NEWOBJ_EX -> call(stack.pop(3));
            case INST -> stack.push(call(global(input.line(), input.line()), new PickleTuple(stack.popToMark())));
            case OBJ -> object(stack.popToMark());
            case BUILD -> build(stack.pop());
            case PERSID -> stack.pushNew(environment.persistent(input.line()));
            case BINPERSID -> stack.pushNew(environment.persistent(stack.pop()));
            default -> stack.pushNew(literal(op));
        }
    }

    private Object literal(PickleOp op) throws IOException {
        return switch (op) {
            case NONE -> null;
            case NEWTRUE -> true;
            case NEWFALSE -> false;
            case INT -> PickleText.integer(input.line());
            case BININT -> (long) input.i32();
            case BININT1 -> (long) input.u8();
            case BININT2 -> (long) input.u16();
            case LONG -> PickleText.decimal(input.line());
            case LONG1 -> PickleText.integer(input.bytes(input.u8()));
            case LONG4 -> PickleText.integer(input.bytes(input.i32()));
            case FLOAT -> PickleText.real(input.line());
            case BINFLOAT -> input.bigEndianDouble();
            case STRING -> PickleText.quoted(input.line());
            case BINSTRING -> PickleText.byteString(input.bytes(input.i32()));
            case SHORT_BINSTRING -> PickleText.byteString(input.bytes(input.u8()));
            case UNICODE -> PickleText.rawUnicode(input.line());
            case BINUNICODE -> utf8(input.u32());
            case SHORT_BINUNICODE -> utf8(input.u8());
            case BINUNICODE8 -> utf8(input.i64());
            case BINBYTES -> input.bytes(input.u32());
            case SHORT_BINBYTES -> input.bytes(input.u8());
            case BINBYTES8, BYTEARRAY8 -> input.bytes(input.i64());
            default -> throw new AssertionError(op);
        };
    }

    private String utf8(long length) throws IOException {
        return new String(input.bytes(length), StandardCharsets.UTF_8);
    }

    private void protocol(int version) throws TensorFileException {
        if (version > NEWEST_PROTOCOL) {
            throw input.refuse("its protocol " + version + " is newer than " + NEWEST_PROTOCOL);
        }
    }

    private PickleTuple tuple(PickleOp op) throws TensorFileException {
        return new PickleTuple(
                switch (op) {
                    case EMPTY_TUPLE -> List.of();
                    case TUPLE1 -> stack.pop(1);
                    case TUPLE2 -> stack.pop(2);
                    case TUPLE3 -> stack.pop(3);
                    default -> stack.popToMark();
                });
    }

    private void dictionary(List<Object> keysAndValues) throws TensorFileException {
        stack.pushNew(new LinkedHashMap<>());
        setItems(keysAndValues);
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> items) throws TensorFileException {
        Object target = stack.peek();
        if (target instanceof PickleObject object) {
            object.elements().addAll(items);
        } else if (target instanceof List<?> list) {
            ((List<Object>) list).addAll(items);
        } else {
            throw input.refuse("it appends to something that is no list");
        }
    }

    @SuppressWarnings("unchecked")
    private void setItems(List<Object> keysAndValues) throws TensorFileException {
        Object target = stack.peek();
        Map<Object, Object> map;
        if (target instanceof PickleObject object) {
            map = object.entries();
        } else if (target instanceof Map<?, ?> dictionary) {
            map = (Map<Object, Object>) dictionary;
        } else {
            throw input.refuse("it puts entries into something that is no dictionary");
        }
        if (keysAndValues.size() % 2 != 0) {
            throw input.refuse("a dictionary's key has no value");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            if (!isHashable(keysAndValues.get(i))) {
                throw input.refuse("a dictionary's key is a list or a dictionary");
            }
            map.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private long index(String line) throws TensorFileException {
        if (PickleText.decimal(line) instanceof Long index) {
            return index;
        }
        throw input.refuse("a memo index is beyond 64 bits");
    }

    private PickleGlobal global(String module, String name) throws TensorFileException {
        return PythonBuiltins.global(input.file().file(), module, name);
    }

    private void stackGlobal(List<Object> moduleAndName) throws TensorFileException {
        if (!(moduleAndName.get(0) instanceof String module) || !(moduleAndName.get(1) instanceof String name)) {
            throw input.refuse("the name of a class is no text");
        }
        stack.pushNew(global(module, name));
    }

    /** Function, positional arguments and possibly keyword arguments, which are left out. */
    private void call(List<Object> functionAndArguments) throws TensorFileException {
        if (!(functionAndArguments.get(1) instanceof PickleTuple arguments)) {
            throw input.refuse("the arguments of a call are no tuple");
        }
        stack.push(call(functionAndArguments.get(0), arguments));
    }

    private Object call(Object function, PickleTuple arguments) throws TensorFileException {
        if (function instanceof PickleGlobal global) {
            return environment.call(global, arguments, stack::charge);
        }
        if (function instanceof PickleObject object) {
            stack.charge(1);
            return new PickleObject(object.type(), arguments);
        }
        throw input.refuse("it calls something that is no function");
    }

    private void object(List<Object> classAndArguments) throws TensorFileException {
        if (classAndArguments.isEmpty()) {
            throw input.refuse("an object has no class");
        }
        PickleTuple arguments = new PickleTuple(classAndArguments.subList(1, classAndArguments.size()));
        stack.push(call(classAndArguments.get(0), arguments));
    }

    /** Instances of known classes need no state; a dictionary's would be attributes such as {@code _metadata}. */
    private void build(Object state) throws TensorFileException {
        if (stack.peek() instanceof PickleObject object) {
            object.build(state);
        }
    }
}
