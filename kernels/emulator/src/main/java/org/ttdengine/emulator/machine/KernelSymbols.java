package org.ttdengine.emulator.machine;

import java.util.HashMap;
import java.util.Map;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.Operand.Immediate;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxKernel;
import org.ttdengine.emulator.ptx.PtxType;

/** Symbols of one kernel while it is decoded. */
final class KernelSymbols implements Symbols {
    private final PtxKernel kernel;
    private final Constants constants;
    private final Map<String, Long> addresses;
    private PtxInstruction statement;

    /**
     * Symbols of a kernel.
     *
     * @param addresses addresses of all variables the kernel can name
     */
    KernelSymbols(PtxKernel kernel, Constants constants, Map<String, Long> addresses) {
        this.kernel = kernel;
        this.constants = constants;
        this.addresses = new HashMap<>(addresses);
    }

    /** Says which statement is being decoded: its line goes into error messages. */
    void at(PtxInstruction next) {
        statement = next;
    }

    @Override
    public int source(Operand operand, PtxType type) {
        boolean wide = type.isWide();
        if (operand instanceof Operand.Register register) {
            return place(register, wide);
        }
        if (operand instanceof Operand.Special special) {
            return constants.special(special.name(), wide, statement.line());
        }
        long bits;
        if (operand instanceof Immediate immediate) {
            bits = convert(immediate, type);
        } else if (operand instanceof Operand.Symbol symbol) {
            bits = addressOf(symbol.name()) + symbol.offset();
        } else {
            throw error("operand " + operand + " cannot be a source");
        }
        return wide ? constants.wide(bits) : constants.word((int) bits);
    }

    @Override
    public int destination(Operand operand, PtxType type) {
        if (operand instanceof Operand.Sink) {
            return type.isWide() ? constants.newLong() : constants.newWord();
        }
        if (operand instanceof Operand.Register register) {
            return place(register, type.isWide());
        }
        throw error("operand " + operand + " cannot be a destination");
    }

    private int place(Operand.Register register, boolean wide) {
        if (register.type() == PtxType.PRED || register.type().isWide() != wide) {
            throw error("register " + register.name() + " has the wrong width");
        }
        return register.index() * Warp.LANES;
    }

    /** Bits of a literal as a value of a type; values under 32 bits are zero-extended. */
    private long convert(Immediate immediate, PtxType type) {
        boolean integer = immediate.form() == Immediate.Form.INTEGER;
        if (!type.isFloat() || type.bits() == 16 || type == PtxType.F16X2 || type == PtxType.BF16X2 || integer) {
            return type.bits() >= 32 ? immediate.bits() : immediate.bits() & ((1L << type.bits()) - 1);
        }
        boolean single = immediate.form() == Immediate.Form.FLOAT;
        double value =
                single ? Float.intBitsToFloat((int) immediate.bits()) : Double.longBitsToDouble(immediate.bits());
        if (single != type.isWide()) {
            return immediate.bits();
        }
        return type.isWide() ? Double.doubleToRawLongBits(value) : Float.floatToRawIntBits((float) value);
    }

    @Override
    public int predicate(Operand operand) {
        if (operand instanceof Operand.Sink) {
            return constants.newPredicate();
        }
        if (operand instanceof Operand.Register register && register.type() == PtxType.PRED) {
            return register.index();
        }
        throw error("operand " + operand + " is not a predicate");
    }

    @Override
    public SignedPredicate signedPredicate(Operand operand) {
        if (operand instanceof Operand.Negated negated) {
            return new SignedPredicate(predicate(negated.register()), -1);
        }
        if (operand instanceof Immediate immediate) {
            return new SignedPredicate(constants.falsePredicate(), immediate.bits() == 0 ? 0 : -1);
        }
        return new SignedPredicate(predicate(operand), 0);
    }

    @Override
    public AddressOperand address(Operand operand) {
        if (!(operand instanceof Operand.Address address)) {
            throw error("operand " + operand + " is not an address");
        }
        if (address.base() instanceof Operand.Register register) {
            boolean wide = register.type().isWide();
            return new AddressOperand(wide, place(register, wide), address.offset());
        }
        long absolute = address.offset();
        if (address.base() instanceof Operand.Symbol symbol) {
            absolute += addressOf(symbol.name());
        } else if (address.base() != null) {
            throw error("operand " + operand + " is not an address");
        }
        return new AddressOperand(true, constants.wide(absolute), 0);
    }

    @Override
    public long addressOf(String variable) {
        Long address = addresses.get(variable);
        if (address == null) {
            throw error("unknown name " + variable);
        }
        return address;
    }

    @Override
    public int label(Operand operand) {
        if (operand instanceof Operand.Symbol symbol && kernel.labels().containsKey(symbol.name())) {
            return kernel.labels().get(symbol.name());
        }
        throw error("operand " + operand + " is not a label");
    }

    private PtxException error(String message) {
        return new PtxException(statement.line(), message + " in: " + statement.text());
    }
}
