package org.ttdengine.emulator.machine;

import java.util.List;
import org.ttdengine.emulator.ptx.PtxInstruction;

/** Makes executable instructions of PTX statements; each family of instructions has one. */
public interface Decoder {

    /**
     * Decodes a statement.
     *
     * @return the instruction; null when the statement belongs to another decoder
     * @throws org.ttdengine.emulator.ptx.PtxException when the opcode is this decoder's but the form is not supported
     */
    Instruction decode(PtxInstruction statement, Symbols symbols);

    /** The decoders of the instructions that touch no memory. */
    static List<Decoder> all() {
        return List.of(
                new MoveDecoder(),
                new IntegerDecoder(),
                new BitDecoder(),
                new FloatDecoder(),
                new DoubleDecoder(),
                new HalfDecoder(),
                new ConvertDecoder(),
                new CompareDecoder(),
                new WarpDecoder(),
                new ControlDecoder());
    }
}
