package org.ttdengine.emulator.memory;

import java.util.List;
import org.ttdengine.emulator.machine.Decoder;
import org.ttdengine.emulator.machine.Instruction;
import org.ttdengine.emulator.machine.Symbols;
import org.ttdengine.emulator.machine.Symbols.AddressOperand;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxType;

/** Decodes {@code ld} and {@code st}. Cache and ordering modifiers change nothing here: there are no caches to bypass. */
final class LoadStoreDecoder implements Decoder {

    @Override
    public Instruction decode(PtxInstruction statement, Symbols symbols) {
        return switch (statement.opcode()) {
            case "ld", "ldu" -> load(statement, symbols);
            case "st" -> store(statement, symbols);
            default -> null;
        };
    }

    private static Instruction load(PtxInstruction statement, Symbols symbols) {
        PtxType type = statement.type();
        List<Operand> targets = elements(statement, statement.operand(0));
        int[] places = new int[targets.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = symbols.destination(targets.get(i), registerType(targets.get(i), type));
        }
        AddressOperand address = symbols.address(statement.operand(1));
        if (Spaces.name(statement).equals("param") && isNamed(statement.operand(1))) {
            return uniform(address, type, targets, places);
        }
        return new Load(Spaces.of(statement), address, elements(type, targets), places, type.bytes());
    }

    private static Instruction uniform(AddressOperand address, PtxType type, List<Operand> targets, int[] places) {
        boolean[] wide = new boolean[places.length];
        int[] masks = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            PtxType register = registerType(targets.get(i), type);
            wide[i] = register.isWide();
            masks[i] = register.bits() == 16 ? 0xFFFF : -1;
        }
        return new UniformLoad(address, type, wide, masks, places);
    }

    private static Instruction store(PtxInstruction statement, Symbols symbols) {
        String space = Spaces.name(statement);
        if (space.equals("const") || space.equals("param")) {
            throw new PtxException(statement.line(), "a store to ." + space + " is not supported: " + statement.text());
        }
        PtxType type = statement.type();
        List<Operand> sources = elements(statement, statement.operand(1));
        int[] places = new int[sources.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = symbols.source(sources.get(i), registerType(sources.get(i), type));
        }
        AddressOperand address = symbols.address(statement.operand(0));
        return new Store(Spaces.of(statement), address, elements(type, sources), places, type.bytes());
    }

    private static boolean isNamed(Operand address) {
        return address instanceof Operand.Address a && a.base() instanceof Operand.Symbol;
    }

    private static List<Operand> elements(PtxInstruction statement, Operand operand) {
        List<Operand> elements = operand instanceof Operand.Vector vector ? vector.elements() : List.of(operand);
        int expected = statement.has("v2") ? 2 : statement.has("v4") ? 4 : 1;
        int count = elements.size();
        if (count != expected || statement.has("v8") || statement.type().bytes() * count > 16) {
            throw new PtxException(
                    statement.line(), "not an access of 1, 2 or 4 elements up to 16 bytes: " + statement.text());
        }
        return elements;
    }

    private static Element[] elements(PtxType type, List<Operand> operands) {
        return operands.stream().map(operand -> Element.of(type, operand)).toArray(Element[]::new);
    }

    /** The type that says which register file an operand is in: its declared one, which may be wider than the access. */
    private static PtxType registerType(Operand operand, PtxType type) {
        return operand instanceof Operand.Register register ? register.type() : type;
    }
}
