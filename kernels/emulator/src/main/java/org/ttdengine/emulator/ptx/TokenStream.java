package org.ttdengine.emulator.ptx;

import java.util.List;

/** Reads tokens one after the other, with what all parsers of the package need. */
final class TokenStream {
    private final String source;
    private final List<Token> tokens;
    private int position;

    TokenStream(String source) {
        this.source = source;
        this.tokens = Lexer.tokens(source);
    }

    Token peek() {
        return tokens.get(position);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(position + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = peek();
        if (token.kind() != Token.Kind.END) {
            position++;
        }
        return token;
    }

    boolean at(String text) {
        return peek().is(text);
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    /** Steps over a token if it is next. */
    boolean accept(String text) {
        boolean found = at(text);
        if (found) {
            next();
        }
        return found;
    }

    Token expect(String text) {
        Token token = next();
        if (!token.is(text)) {
            throw new PtxException(token.line(), "expected '" + text + "' but found '" + token.text() + "'");
        }
        return token;
    }

    Token expectWord() {
        Token token = next();
        if (!token.isWord()) {
            throw new PtxException(token.line(), "expected a name but found '" + token.text() + "'");
        }
        return token;
    }

    int line() {
        return peek().line();
    }

    int position() {
        return position;
    }

    void seek(int newPosition) {
        position = newPosition;
    }

    /** Steps over a balanced {@code {...}}; the opening brace is next. */
    void skipBraces() {
        Token open = expect("{");
        int depth = 1;
        while (depth > 0) {
            Token token = next();
            if (token.kind() == Token.Kind.END) {
                throw new PtxException(open.line(), "brace is not closed");
            }
            depth += token.is("{") ? 1 : token.is("}") ? -1 : 0;
        }
    }

    void skipStatement() {
        while (!atEnd() && !at(";")) {
            next();
        }
        expect(";");
    }

    /** Source text from a token up to the end of the one before the next, on one line. */
    String textFrom(Token first) {
        return source.substring(first.start(), peek().start()).strip().replaceAll("\\s+", " ");
    }

    /** An integer with optional signs and type suffix. */
    long integer() {
        boolean negative = false;
        while (at("-") || at("+")) {
            negative ^= next().is("-");
        }
        Token token = next();
        if (token.kind() != Token.Kind.NUMBER) {
            throw new PtxException(token.line(), "expected a number but found '" + token.text() + "'");
        }
        Operand.Immediate value = Literals.parse(token);
        if (value.form() != Operand.Immediate.Form.INTEGER) {
            throw new PtxException(token.line(), "expected an integer but found '" + token.text() + "'");
        }
        return negative ? -value.bits() : value.bits();
    }
}
