package org.ttdengine.emulator.ptx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Gives the thousands of virtual registers of a PTX text a few hundred places, so that a warp's registers stay in cache: backward
 * liveness over the control flow, then linear scan over live intervals (Poletto and Sarkar 1999), without spilling. A place is
 * free for another register only after the last statement that names the first one.
 */
final class RegisterAllocator {
    private enum File {
        PREDICATE,
        WORD,
        LONG;

        static File of(PtxType type) {
            return type == PtxType.PRED ? PREDICATE : type.isWide() ? LONG : WORD;
        }
    }

    private final List<PtxInstruction> code;
    private final Map<String, Integer> labels;
    private final PtxKernel.RegisterCounts counts;
    /** Registers alive before each statement, numbered by {@link #number}. */
    private final BitSet[] alive;

    private final int[] starts;
    private final int[] ends;
    private final int[] places;

    private RegisterAllocator(List<PtxInstruction> code, Map<String, Integer> labels, PtxKernel.RegisterCounts counts) {
        this.code = code;
        this.labels = labels;
        this.counts = counts;
        this.alive = new BitSet[code.size() + 1];
        int total = counts.predicates() + counts.words() + counts.longs();
        this.starts = new int[total];
        this.ends = new int[total];
        this.places = new int[total];
    }

    /** The same kernel with few registers. */
    static PtxKernel allocate(PtxKernel kernel) {
        RegisterAllocator allocator = new RegisterAllocator(kernel.code(), kernel.labels(), kernel.registers());
        allocator.findAlive();
        allocator.findIntervals();
        int predicates = allocator.scan(File.PREDICATE);
        int words = allocator.scan(File.WORD);
        int longs = allocator.scan(File.LONG);
        List<PtxInstruction> code =
                kernel.code().stream().map(allocator::renumber).toList();
        return new PtxKernel(
                kernel.name(),
                kernel.parameters(),
                kernel.maxThreads(),
                code,
                kernel.labels(),
                kernel.variables(),
                new PtxKernel.RegisterCounts(predicates, words, longs),
                kernel.line());
    }

    private int number(Operand.Register register) {
        return first(File.of(register.type())) + register.index();
    }

    private int first(File file) {
        return switch (file) {
            case PREDICATE -> 0;
            case WORD -> counts.predicates();
            case LONG -> counts.predicates() + counts.words();
        };
    }

    private int count(File file) {
        return switch (file) {
            case PREDICATE -> counts.predicates();
            case WORD -> counts.words();
            case LONG -> counts.longs();
        };
    }

    /** Repeats the backward pass until nothing changes: alive before = (alive after - written) + read. */
    private void findAlive() {
        for (int i = 0; i < alive.length; i++) {
            alive[i] = new BitSet();
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = code.size() - 1; i >= 0; i--) {
                BitSet before = aliveAfter(i);
                RegisterUse.written(code.get(i)).forEach(register -> before.clear(number(register)));
                RegisterUse.read(code.get(i)).forEach(register -> before.set(number(register)));
                if (!before.equals(alive[i])) {
                    alive[i] = before;
                    changed = true;
                }
            }
        }
    }

    private BitSet aliveAfter(int i) {
        PtxInstruction statement = code.get(i);
        BitSet after = new BitSet();
        boolean leaves = statement.opcode().equals("ret") || statement.opcode().equals("exit");
        if (statement.opcode().equals("bra")) {
            after.or(alive[labels.get(((Operand.Symbol) statement.operand(0)).name())]);
            leaves = true;
        }
        if (!leaves || statement.guard() != null) {
            after.or(alive[i + 1]);
        }
        return after;
    }

    private void findIntervals() {
        Arrays.fill(starts, Integer.MAX_VALUE);
        Arrays.fill(ends, -1);
        for (int i = 0; i < code.size(); i++) {
            int at = i;
            alive[i].stream().forEach(register -> extend(register, at));
            RegisterUse.named(code.get(i)).forEach(register -> extend(number(register), at));
        }
    }

    private void extend(int register, int at) {
        starts[register] = Math.min(starts[register], at);
        ends[register] = Math.max(ends[register], at);
    }

    /** Places of one file in the order the registers begin to live; returns how many there are. */
    private int scan(File file) {
        List<Integer> order = new ArrayList<>();
        for (int register = first(file); register < first(file) + count(file); register++) {
            if (ends[register] >= 0) {
                order.add(register);
            }
        }
        order.sort(Comparator.comparingInt(register -> starts[register]));
        PriorityQueue<Integer> living = new PriorityQueue<>(Comparator.comparingInt(register -> ends[register]));
        PriorityQueue<Integer> free = new PriorityQueue<>();
        int used = 0;
        for (int register : order) {
            while (!living.isEmpty() && ends[living.peek()] < starts[register]) {
                free.add(places[living.poll()]);
            }
            places[register] = free.isEmpty() ? used++ : free.poll();
            living.add(register);
        }
        return used;
    }

    private PtxInstruction renumber(PtxInstruction statement) {
        Operand guard = statement.guard() == null ? null : renumber(statement.guard());
        List<Operand> operands =
                statement.operands().stream().map(this::renumber).toList();
        return new PtxInstruction(
                guard, statement.opcode(), statement.modifiers(), operands, statement.line(), statement.text());
    }

    private Operand renumber(Operand operand) {
        if (operand instanceof Operand.Register register) {
            return renumbered(register);
        }
        if (operand instanceof Operand.Negated negated) {
            return new Operand.Negated(renumbered(negated.register()));
        }
        if (operand instanceof Operand.Pair pair) {
            return new Operand.Pair(renumber(pair.first()), renumber(pair.second()));
        }
        if (operand instanceof Operand.Vector vector) {
            return new Operand.Vector(
                    vector.elements().stream().map(this::renumber).toList());
        }
        if (operand instanceof Operand.Address address && address.base() != null) {
            return new Operand.Address(renumber(address.base()), address.offset());
        }
        return operand;
    }

    private Operand.Register renumbered(Operand.Register register) {
        return new Operand.Register(register.name(), register.type(), places[number(register)]);
    }
}
