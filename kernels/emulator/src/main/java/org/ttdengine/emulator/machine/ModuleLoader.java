package org.ttdengine.emulator.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ttdengine.emulator.memory.GlobalMemory;
import org.ttdengine.emulator.memory.MemoryDecoders;
import org.ttdengine.emulator.ptx.Operand;
import org.ttdengine.emulator.ptx.PtxException;
import org.ttdengine.emulator.ptx.PtxInstruction;
import org.ttdengine.emulator.ptx.PtxKernel;
import org.ttdengine.emulator.ptx.PtxModule;
import org.ttdengine.emulator.ptx.PtxParameter;
import org.ttdengine.emulator.ptx.PtxVariable;

/** Places a module's variables and decodes its kernels. */
final class ModuleLoader {
    /** Alignment of dynamic shared memory when its declaration asks for less, bytes. */
    private static final int DYNAMIC_ALIGNMENT = 16;

    private final GlobalMemory memory;
    private final List<Decoder> decoders;

    ModuleLoader(GlobalMemory memory) {
        this.memory = memory;
        this.decoders = Stream.concat(Decoder.all().stream(), MemoryDecoders.all().stream())
                .toList();
    }

    LoadedModule load(PtxModule module) {
        Map<String, Long> globals = new HashMap<>();
        Layout constants = new Layout();
        for (PtxVariable variable : module.variables()) {
            switch (variable.space()) {
                case "global" -> globals.put(variable.name(), allocate(variable));
                case "const" -> constants.place(variable);
                default -> {}
            }
        }
        Map<String, Program> programs = new HashMap<>();
        for (PtxKernel kernel : module.kernels().values()) {
            Map<String, Long> addresses = new HashMap<>(globals);
            addresses.putAll(constants.offsets);
            programs.put(kernel.name(), program(kernel, module, addresses));
        }
        return new LoadedModule(module, programs, globals, constants.bytes());
    }

    private long allocate(PtxVariable variable) {
        long address = memory.allocate(variable.size(), variable.name());
        byte[] initial = variable.initial() == null ? new byte[variable.size()] : variable.initial();
        memory.write(address, initial, 0, initial.length);
        return address;
    }

    private Program program(PtxKernel kernel, PtxModule module, Map<String, Long> addresses) {
        for (PtxParameter parameter : kernel.parameters()) {
            addresses.put(parameter.name(), (long) parameter.offset());
        }
        Layout local = new Layout();
        Layout shared = new Layout();
        for (PtxVariable variable : kernel.variables()) {
            (variable.space().equals("local") ? local : shared).place(variable);
        }
        List<String> dynamic = new ArrayList<>();
        int dynamicAlignment = DYNAMIC_ALIGNMENT;
        for (PtxVariable variable : module.variables()) {
            if (variable.space().equals("shared") && isNamed(kernel, variable.name())) {
                if (variable.size() == 0) {
                    dynamic.add(variable.name());
                    dynamicAlignment = Math.max(dynamicAlignment, variable.alignment());
                } else {
                    shared.place(variable);
                }
            }
        }
        int dynamicOffset = Layout.align(shared.end, dynamicAlignment);
        addresses.putAll(local.offsets);
        addresses.putAll(shared.offsets);
        dynamic.forEach(name -> addresses.put(name, (long) dynamicOffset));
        Program.SharedLayout layout = new Program.SharedLayout(shared.end, dynamicOffset);
        return decode(kernel, addresses, layout, Layout.align(local.end, DYNAMIC_ALIGNMENT));
    }

    private static boolean isNamed(PtxKernel kernel, String variable) {
        return kernel.code().stream()
                .flatMap(statement -> statement.operands().stream())
                .anyMatch(operand -> names(operand, variable));
    }

    private static boolean names(Operand operand, String variable) {
        return operand instanceof Operand.Symbol symbol && symbol.name().equals(variable)
                || operand instanceof Operand.Address address
                        && address.base() != null
                        && names(address.base(), variable);
    }

    private Program decode(PtxKernel kernel, Map<String, Long> addresses, Program.SharedLayout shared, int localBytes) {
        Constants constants = new Constants(kernel.registers());
        KernelSymbols symbols = new KernelSymbols(kernel, constants, addresses);
        List<PtxInstruction> statements = kernel.code();
        Instruction[] code = new Instruction[statements.size()];
        List<Symbols.SignedPredicate> guards = new ArrayList<>();
        for (int i = 0; i < code.length; i++) {
            PtxInstruction statement = statements.get(i);
            symbols.at(statement);
            guards.add(statement.guard() == null ? null : symbols.signedPredicate(statement.guard()));
            code[i] = decode(statement, symbols);
        }
        return new Program(kernel, code, guards, constants, shared, localBytes);
    }

    private Instruction decode(PtxInstruction statement, Symbols symbols) {
        for (Decoder decoder : decoders) {
            Instruction instruction = decoder.decode(statement, symbols);
            if (instruction != null) {
                return instruction;
            }
        }
        throw new PtxException(statement.line(), "the machine has no such instruction: " + statement.text());
    }

    /** Variables of one state space, one after the other. */
    private static final class Layout {
        private final Map<String, Long> offsets = new HashMap<>();
        private final List<PtxVariable> placed = new ArrayList<>();
        private int end;

        void place(PtxVariable variable) {
            int offset = align(end, variable.alignment());
            offsets.put(variable.name(), (long) offset);
            placed.add(variable);
            end = offset + variable.size();
        }

        byte[] bytes() {
            byte[] bytes = new byte[end];
            for (PtxVariable variable : placed) {
                if (variable.initial() != null) {
                    int offset = offsets.get(variable.name()).intValue();
                    System.arraycopy(variable.initial(), 0, bytes, offset, variable.size());
                }
            }
            return bytes;
        }

        static int align(int offset, int alignment) {
            return (offset + alignment - 1) / alignment * alignment;
        }
    }
}
