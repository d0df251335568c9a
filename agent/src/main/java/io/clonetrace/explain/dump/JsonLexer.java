package io.clonetrace.explain.dump;

/**
 * Splits JSON (RFC 8259) that comes in pieces of any size into its tokens. Lenient where it can't mislead: it doesn't
 * check commas, and takes any bare word for a literal. Of a string it keeps {@value #LONGEST} characters.
 */
final class JsonLexer {
    private static final int LONGEST = 1_000;
    private static final int HEX_DIGITS = 4;

    /** Receives the tokens. */
    interface Tokens {
        /** An object begins, or an array. */
        void begin(boolean object);

        void end();

        /** The name of a member of an object. */
        void name(String name);

        /** A value that is no object and no array; of null, the word. */
        void value(String value);
    }

    private final Tokens tokens;
    private final StringBuilder token = new StringBuilder();
    private String waiting;
    private boolean inString;
    private boolean escaped;
    private int hexDigits;
    private int codeUnit;

    JsonLexer(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Takes the next characters.
     *
     * @return how many were taken; fewer than there are if the next one can't be JSON's
     */
    int take(String text, int from) {
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (inString) {
                inString(c);
            } else if (!outside(c)) {
                return at;
            }
        }
        return text.length();
    }

    /** The line has ended; whether it may: a string can't go on in the next. */
    boolean endOfLine() {
        word();
        return !inString;
    }

    private void inString(char c) {
        if (hexDigits > 0) {
            codeUnit = codeUnit << 4 | Math.max(0, Character.digit(c, 16));
            if (--hexDigits == 0) {
                keep((char) codeUnit);
            }
        } else if (escaped) {
            escaped = false;
            switch (c) {
                case 'u' -> {
                    hexDigits = HEX_DIGITS;
                    codeUnit = 0;
                }
                case 'n' -> keep('\n');
                case 't' -> keep('\t');
                case 'r' -> keep('\r');
                case 'b' -> keep('\b');
                case 'f' -> keep('\f');
                default -> keep(c);
            }
        } else if (c == '\\') {
            escaped = true;
        } else if (c == '"') {
            inString = false;
            // Whether it is a name is known with the next character.
            waiting = token.toString();
            token.setLength(0);
        } else {
            keep(c);
        }
    }

    private void keep(char c) {
        if (token.length() < LONGEST) {
            token.append(c);
        }
    }

    /** Takes a character that is in no string; false if there is no such in JSON. */
    private boolean outside(char c) {
        if (c == ':' && waiting != null) {
            tokens.name(waiting);
            waiting = null;
            return true;
        }
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            word();
            return true;
        }
        if (Character.isLetterOrDigit(c) || c == '-' || c == '+' || c == '.') {
            keep(c);
            return true;
        }
        word();
        string();
        switch (c) {
            case '"' -> inString = true;
            case '{', '[' -> tokens.begin(c == '{');
            case '}', ']' -> tokens.end();
            case ',' -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    private void word() {
        if (token.length() > 0 && !inString) {
            String word = token.toString();
            token.setLength(0);
            tokens.value(word);
        }
    }

    private void string() {
        if (waiting != null) {
            String value = waiting;
            waiting = null;
            tokens.value(value);
        }
    }
}
