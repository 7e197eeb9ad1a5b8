package org.ttdengine.engine.io;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ttdengine.engine.DType;

/** What PyTorch's pickles refer to: storages by persistent id, and the functions that rebuild tensors from them. */
final class TorchUnpickler implements PickleEnvironment {
    private final FileWindow file;
    private final PythonBuiltins builtins;
    private final Map<String, TorchStorage> storages = new HashMap<>();

    TorchUnpickler(FileWindow file) {
        this.file = file;
        this.builtins = new PythonBuiltins(file.file());
    }

    /** Every storage referred to so far, by key. */
    Map<String, TorchStorage> storages() {
        return Collections.unmodifiableMap(storages);
    }

    @Override
    public Object call(PickleGlobal function, PickleTuple arguments, Budget budget) throws TensorFileException {
        List<Object> items = arguments.items();
        boolean typed = function.qualifiedName().equals("torch._tensor._rebuild_from_type_v2");
        if (typed
                && items.size() > 2
                && items.get(0) instanceof PickleGlobal inner
                && items.get(2) instanceof PickleTuple innerArguments) {
            // A subclass of Tensor: (function, class, arguments of the function, attributes).
            return rebuild(inner, innerArguments, budget);
        }
        return rebuild(function, arguments, budget);
    }

    private Object rebuild(PickleGlobal function, PickleTuple arguments, Budget budget) throws TensorFileException {
        Object first = arguments.size() == 0 ? null : arguments.get(0);
        switch (function.qualifiedName()) {
            case "torch._utils._rebuild_tensor",
                    "torch._utils._rebuild_tensor_v2",
                    "torch._utils._rebuild_tensor_v3" -> {
                budget.charge(4);
                return tensor(arguments.items());
            }
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> {
                if (first instanceof TorchTensor) {
                    return first;
                }
            }
            case "torch.Size" -> {
                if (first instanceof PickleTuple) {
                    return first;
                }
            }
            default -> {}
        }
        return builtins.call(function, arguments, budget);
    }

    /** (storage, offset, sizes, strides, requires_grad, hooks[, dtype, metadata]). */
    private TorchTensor tensor(List<Object> arguments) throws TensorFileException {
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof TorchStorage storage)
                || !(arguments.get(1) instanceof Long offset)
                || !(arguments.get(2) instanceof PickleTuple sizes)
                || !(arguments.get(3) instanceof PickleTuple strides)) {
            throw file.refuse(
                    "the pickle rebuilds a tensor from something that is no storage, offset, sizes and strides");
        }
        DType dtype = storage.dtype();
        if (arguments.size() > 6 && arguments.get(6) instanceof PickleGlobal type) {
            dtype = TorchStorage.dtype(type);
            if (dtype == null) {
                throw file.refuse("a tensor has the element type " + type.qualifiedName() + ", which is not supported");
            }
        }
        return new TorchTensor(storage, dtype, offset, longs(sizes), longs(strides));
    }

    private long[] longs(PickleTuple tuple) throws TensorFileException {
        if (tuple.size() > TensorShapes.LARGEST_RANK) {
            throw file.refuse("a tensor has " + tuple.size() + " axes, more than " + TensorShapes.LARGEST_RANK);
        }
        long[] longs = new long[tuple.size()];
        for (int i = 0; i < longs.length; i++) {
            if (!(tuple.get(i) instanceof Long value)) {
                throw file.refuse("a tensor's sizes or strides are no 64-bit numbers");
            }
            longs[i] = value;
        }
        return longs;
    }

    /** ("storage", class, key, location, count[, view]); the view, of legacy files only, is None or (key, start, count). */
    @Override
    public Object persistent(Object id) throws TensorFileException {
        if (!(id instanceof PickleTuple tuple) || tuple.size() == 0) {
            throw file.refuse("a persistent id is no tuple");
        }
        List<Object> items = tuple.items();
        if ("module".equals(items.get(0)) && items.size() > 1 && items.get(1) instanceof PickleGlobal type) {
            // Legacy files of whole models: (module, class, source file, source).
            return type;
        }
        if (items.size() < 5
                || !"storage".equals(items.get(0))
                || !(items.get(1) instanceof PickleGlobal type)
                || !(items.get(2) instanceof String key)
                || !(items.get(4) instanceof Long count)
                || count < 0) {
            throw file.refuse("a persistent id is no storage's");
        }
        DType dtype = TorchStorage.storageType(type);
        if (dtype == null) {
            throw file.refuse("storage '" + key + "' is a " + type.qualifiedName() + ", which is not supported");
        }
        TorchStorage whole = new TorchStorage(key, dtype, count, 0, count);
        TorchStorage before = storages.putIfAbsent(key, whole);
        if (before != null && !before.equals(whole)) {
            throw file.refuse("storage '" + key + "' is described in two ways");
        }
        if (items.size() > 5
                && items.get(5) instanceof PickleTuple view
                && view.size() == 3
                && view.get(1) instanceof Long start
                && view.get(2) instanceof Long viewCount) {
            return new TorchStorage(key, dtype, count, start, viewCount);
        }
        return whole;
    }
}
