package org.ttdengine.emulator.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses the statements between a kernel's braces. Scopes are resolved here: every register gets an index of its own in its
 * file, every label a unique name.
 */
final class BodyParser {
    private final TokenStream in;
    private final OperandParser operands;
    private final VariableParser declarations;
    private final List<PtxInstruction> code = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<PtxVariable> variables = new ArrayList<>();
    private Scope scope = new Scope(null);
    private int scopes;
    private int predicates;
    private int words;
    private int longs;

    BodyParser(TokenStream in) {
        this.in = in;
        this.operands = new OperandParser(in);
        this.declarations = new VariableParser(in);
    }

    /** Parses from the opening to the closing brace. */
    PtxKernel kernel(String name, List<PtxParameter> parameters, int maxThreads, int line) {
        block();
        code.add(new PtxInstruction(null, "exit", List.of(), List.of(), line, "end of " + name));
        PtxKernel.RegisterCounts counts = new PtxKernel.RegisterCounts(predicates, words, longs);
        return RegisterAllocator.allocate(
                new PtxKernel(name, parameters, maxThreads, code, labels, variables, counts, line));
    }

    private void block() {
        in.expect("{");
        scope = new Scope(scope);
        scopes++;
        collectLabels();
        while (!in.at("}")) {
            statement();
        }
        in.expect("}");
        scope = scope.parent();
    }

    /** Declares the labels between here and the matching brace, not those of inner braces. */
    private void collectLabels() {
        int start = in.position();
        int depth = 0;
        while (depth >= 0) {
            Token token = in.next();
            if (token.kind() == Token.Kind.END) {
                throw new PtxException(token.line(), "brace is not closed");
            }
            depth += token.is("{") ? 1 : token.is("}") ? -1 : 0;
            if (depth == 0 && token.isWord() && in.at(":")) {
                scope.declareLabel(token.text(), token.text() + "#" + scopes);
            }
        }
        in.seek(start);
    }

    private void statement() {
        if (in.at("{")) {
            block();
        } else if (in.accept(";")) {
            return;
        } else if (in.peek().isWord() && in.peek(1).is(":")) {
            labels.put(scope.label(in.next().text()), code.size());
            in.expect(":");
            tableOfLabels();
        } else if (in.peek().text().startsWith(".")) {
            directive();
        } else {
            instruction();
        }
    }

    private void tableOfLabels() {
        if (in.at(".branchtargets") || in.at(".calltargets") || in.at(".callprototype")) {
            throw new PtxException(in.line(), in.peek().text() + " is not supported");
        }
    }

    private void directive() {
        Token name = in.next();
        switch (name.text()) {
            case ".reg" -> registers();
            case ".local", ".shared" -> {
                variables.add(declarations.variable(name.text().substring(1)));
                in.expect(";");
            }
            case ".pragma" -> in.skipStatement();
            case ".loc" -> location();
            default -> throw new PtxException(name.line(), "directive " + name.text() + " is not supported here");
        }
    }

    /** {@code .loc file line column[, function_name label, inlined_at file line column]}: source lines are not used. */
    private void location() {
        in.integer();
        in.integer();
        in.integer();
        while (in.accept(",")) {
            in.expectWord();
            while (in.peek().kind() == Token.Kind.NUMBER
                    || in.at("+")
                    || in.peek().text().startsWith("$")) {
                in.next();
            }
        }
    }

    private void registers() {
        Token typeName = in.expectWord();
        PtxType type = PtxType.of(typeName.text().substring(1));
        if (type == null) {
            throw new PtxException(typeName.line(), "registers of type " + typeName.text() + " are not supported");
        }
        do {
            String name = in.expectWord().text();
            if (in.accept("<")) {
                long count = in.integer();
                in.expect(">");
                for (int i = 0; i < count; i++) {
                    declare(name + i, type);
                }
            } else {
                declare(name, type);
            }
        } while (in.accept(","));
        in.expect(";");
    }

    private void declare(String name, PtxType type) {
        int index = type == PtxType.PRED ? predicates++ : type.isWide() ? longs++ : words++;
        scope.declare(new Operand.Register(name, type, index));
    }

    private void instruction() {
        Token first = in.peek();
        Operand guard = in.accept("@") ? operands.parse(scope) : null;
        Token opcode = in.expectWord();
        List<String> parts = List.of(opcode.text().split("\\."));
        List<Operand> list = new ArrayList<>();
        while (!in.at(";")) {
            list.add(operands.parse(scope));
            if (!in.at(";")) {
                in.expect(",");
            }
        }
        String text = in.textFrom(first);
        in.expect(";");
        List<String> modifiers = parts.subList(1, parts.size());
        code.add(new PtxInstruction(guard, parts.get(0), modifiers, list, first.line(), text));
    }
}
