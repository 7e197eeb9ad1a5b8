package org.ttdengine.engine.io;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds the named tensors in a checkpoint's object: a dictionary of tensors, one under {@code state_dict} or {@code model},
 * or a tree of TorchScript modules, whose attribute names joined by dots are the names of a state dict. Other values are
 * passed over.
 */
final class StateDict {
    private static final List<String> WRAPPER_KEYS = List.of("state_dict", "model");
    private static final String SCRIPT_MODULES = "__torch__";
    private static final int DEEPEST_MODULE = 64;
    private static final int LONGEST_NAME = 512;
    private static final int MOST_TENSORS = 1 << 17;
    private static final int MOST_ATTRIBUTES = 1 << 20;
    private static final int KEYS_IN_MESSAGE = 8;

    private final FileWindow file;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private int attributes;

    private StateDict(FileWindow file) {
        this.file = file;
    }

    /** All tensors by name, in file order; at least one. */
    static Map<String, TorchTensor> of(FileWindow file, Object checkpoint) throws TensorFileException {
        StateDict found = new StateDict(file);
        found.collect(unwrap(checkpoint));
        if (found.tensors.isEmpty()) {
            throw file.refuse("holds no state dict but " + describe(checkpoint)
                    + "; save model.state_dict(), or put it under the key 'state_dict' or 'model'");
        }
        return found.tensors;
    }

    private static Object unwrap(Object checkpoint) {
        Map<?, ?> entries = entries(checkpoint);
        return WRAPPER_KEYS.stream()
                .<Object>map(entries::get)
                .filter(inner -> !entries(inner).isEmpty() || isScriptModule(inner))
                .findFirst()
                .orElse(checkpoint);
    }

    private void collect(Object root) throws TensorFileException {
        if (isScriptModule(root)) {
            collectModule("", root, 0);
            return;
        }
        for (Map.Entry<?, ?> entry : entries(root).entrySet()) {
            if (entry.getKey() instanceof String name && entry.getValue() instanceof TorchTensor tensor) {
                add(name, tensor);
            }
        }
    }

    private void collectModule(String prefix, Object module, int depth) throws TensorFileException {
        if (depth > DEEPEST_MODULE) {
            throw file.refuse("nests modules more than " + DEEPEST_MODULE + " deep");
        }
        if (!(module instanceof PickleObject object && object.state() instanceof Map<?, ?> state)) {
            return;
        }
        for (Map.Entry<?, ?> entry : state.entrySet()) {
            if (++attributes > MOST_ATTRIBUTES) {
                throw file.refuse("has modules with more than " + MOST_ATTRIBUTES + " attributes");
            }
            if (!(entry.getKey() instanceof String attribute)) {
                continue;
            }
            if (entry.getValue() instanceof TorchTensor tensor) {
                add(prefix + attribute, tensor);
            } else if (isScriptModule(entry.getValue())) {
                collectModule(checkedName(prefix + attribute) + ".", entry.getValue(), depth + 1);
            }
        }
    }

    private void add(String name, TorchTensor tensor) throws TensorFileException {
        if (tensors.size() >= MOST_TENSORS) {
            throw file.refuse("has more than " + MOST_TENSORS + " tensors");
        }
        if (tensors.put(checkedName(name), tensor) != null) {
            throw file.refuse("two tensors are named '" + name + "'");
        }
    }

    private String checkedName(String name) throws TensorFileException {
        if (name.length() > LONGEST_NAME) {
            throw file.refuse("has a tensor name of more than " + LONGEST_NAME + " characters");
        }
        return name;
    }

    private static boolean isScriptModule(Object value) {
        return value instanceof PickleObject object && (object.type().module() + ".").startsWith(SCRIPT_MODULES + ".");
    }

    private static Map<?, ?> entries(Object value) {
        return value instanceof Map<?, ?> map
                ? map
                : value instanceof PickleObject object ? object.entries() : Map.of();
    }

    private static String describe(Object checkpoint) {
        if (checkpoint instanceof TorchTensor) {
            return "a single tensor";
        }
        if (checkpoint instanceof PickleObject object) {
            return "an object of class " + object.type().qualifiedName();
        }
        if (checkpoint instanceof Map<?, ?> map) {
            return "a dictionary with the keys "
                    + map.keySet().stream()
                            .filter(String.class::isInstance)
                            .limit(KEYS_IN_MESSAGE)
                            .map(Objects::toString)
                            .toList();
        }
        return "a value without names";
    }
}
