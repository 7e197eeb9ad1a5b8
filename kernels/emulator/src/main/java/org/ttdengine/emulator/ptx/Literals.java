package org.ttdengine.emulator.ptx;

import org.ttdengine.emulator.ptx.Operand.Immediate;
import org.ttdengine.emulator.ptx.Operand.Immediate.Form;

/** Numbers of PTX: 0x, 0b, octal and decimal integers with optional U; 0f and 0d bit patterns; decimal doubles. */
final class Literals {
    private Literals() {}

    static Immediate parse(Token token) {
        String text = token.text();
        try {
            return parse(text.endsWith("U") ? text.substring(0, text.length() - 1) : text);
        } catch (NumberFormatException e) {
            throw new PtxException(token.line(), "not a number: '" + text + "'");
        }
    }

    private static Immediate parse(String text) {
        String prefix = text.length() > 2 ? text.substring(0, 2) : "";
        String digits = text.length() > 2 ? text.substring(2) : "";
        return switch (prefix) {
            case "0f", "0F" -> new Immediate(Long.parseUnsignedLong(digits, 16), Form.FLOAT);
            case "0d", "0D" -> new Immediate(Long.parseUnsignedLong(digits, 16), Form.DOUBLE);
            case "0x", "0X" -> new Immediate(Long.parseUnsignedLong(digits, 16), Form.INTEGER);
            case "0b", "0B" -> new Immediate(Long.parseUnsignedLong(digits, 2), Form.INTEGER);
            default -> decimal(text);
        };
    }

    private static Immediate decimal(String text) {
        if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            return new Immediate(Double.doubleToRawLongBits(Double.parseDouble(text)), Form.DOUBLE);
        }
        int radix = text.length() > 1 && text.startsWith("0") ? 8 : 10;
        return new Immediate(Long.parseUnsignedLong(text, radix), Form.INTEGER);
    }
}
