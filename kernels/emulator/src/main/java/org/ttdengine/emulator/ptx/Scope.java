package org.ttdengine.emulator.ptx;

import java.util.HashMap;
import java.util.Map;

/** Names visible between a pair of braces: registers and labels, looked up from the inside out. */
final class Scope {
    private final Scope parent;
    private final Map<String, Operand.Register> registers = new HashMap<>();
    private final Map<String, String> labels = new HashMap<>();

    Scope(Scope parent) {
        this.parent = parent;
    }

    Scope parent() {
        return parent;
    }

    void declare(Operand.Register register) {
        registers.put(register.name(), register);
    }

    /** Declares a label under a name that is unique in the kernel. */
    void declareLabel(String name, String unique) {
        labels.put(name, unique);
    }

    /** The innermost register of a name; null when there is none. */
    Operand.Register register(String name) {
        Operand.Register own = registers.get(name);
        return own != null || parent == null ? own : parent.register(name);
    }

    /** The unique name of the innermost label of a name; the name itself when no label has it. */
    String label(String name) {
        String own = labels.get(name);
        return own != null ? own : parent == null ? name : parent.label(name);
    }
}
