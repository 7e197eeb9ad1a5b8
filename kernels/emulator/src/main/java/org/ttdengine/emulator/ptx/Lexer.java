package org.ttdengine.emulator.ptx;

import java.util.ArrayList;
import java.util.List;

/** Cuts PTX text into tokens, dropping comments. */
final class Lexer {
    private final String source;
    private int position;
    private int line = 1;

    private Lexer(String source) {
        this.source = source;
    }

    /** All tokens of a text, closed by one of kind END. */
    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source);
        List<Token> tokens = new ArrayList<>();
        Token token;
        do {
            token = lexer.next();
            tokens.add(token);
        } while (token.kind() != Token.Kind.END);
        return tokens;
    }

    private Token next() {
        skipBlanks();
        int start = position;
        if (atEnd()) {
            return new Token(Token.Kind.END, "", line, start);
        }
        char c = source.charAt(position);
        if (c == '"') {
            return string();
        }
        if (Character.isDigit(c)) {
            return number();
        }
        if (isWordStart(c)) {
            return word();
        }
        position++;
        return new Token(Token.Kind.PUNCTUATION, String.valueOf(c), line, start);
    }

    private void skipBlanks() {
        while (!atEnd()) {
            char c = source.charAt(position);
            if (source.startsWith("//", position)) {
                int end = source.indexOf('\n', position);
                position = end < 0 ? source.length() : end;
            } else if (source.startsWith("/*", position)) {
                skipBlockComment();
            } else if (c <= ' ') {
                line += c == '\n' ? 1 : 0;
                position++;
            } else {
                return;
            }
        }
    }

    private void skipBlockComment() {
        int end = source.indexOf("*/", position + 2);
        if (end < 0) {
            throw new PtxException(line, "comment is not closed");
        }
        line += (int)
                source.substring(position, end).chars().filter(c -> c == '\n').count();
        position = end + 2;
    }

    private Token string() {
        int start = position;
        int end = source.indexOf('"', start + 1);
        if (end < 0) {
            throw new PtxException(line, "string is not closed");
        }
        position = end + 1;
        return new Token(Token.Kind.STRING, source.substring(start + 1, end), line, start);
    }

    /** Digits, letters (0x.., 0f.., suffix U) and decimal points; an exponent's sign belongs to a decimal number only. */
    private Token number() {
        int start = position;
        while (!atEnd() && (Character.isLetterOrDigit(peek()) || peek() == '.' || isExponentSign(start))) {
            position++;
        }
        return new Token(Token.Kind.NUMBER, source.substring(start, position), line, start);
    }

    private boolean isExponentSign(int start) {
        char before = source.charAt(position - 1);
        boolean decimal = source.substring(start, position).indexOf('.') >= 0;
        return decimal && (before == 'e' || before == 'E') && (peek() == '+' || peek() == '-');
    }

    private Token word() {
        int start = position;
        position++;
        while (!atEnd() && (isWordPart(peek()) || peek() == '.' || source.startsWith("::", position))) {
            position += peek() == ':' ? 2 : 1;
        }
        return new Token(Token.Kind.WORD, source.substring(start, position), line, start);
    }

    private static boolean isWordStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '$' || c == '%' || c == '.';
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private char peek() {
        return source.charAt(position);
    }

    private boolean atEnd() {
        return position >= source.length();
    }
}
