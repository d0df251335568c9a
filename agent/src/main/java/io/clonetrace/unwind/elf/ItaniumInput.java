package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNode.UnsupportedNameException;

/** A mangled name that is read from its beginning to its end. */
final class ItaniumInput {
    private static final int MAX_DEPTH = 256;

    private final String text;
    private int at;
    private int depth;

    /** @param start where in the text parsing begins */
    ItaniumInput(String text, int start) {
        this.text = text;
        at = start;
    }

    boolean isAtEnd() {
        return at >= text.length();
    }

    void skip(int characters) {
        at += characters;
    }

    /** Ends what {@link #enter} began. */
    void leave() {
        depth--;
    }

    /** A text after its length. */
    String identifier() {
        int length = number(false);
        if (length == 0 || length > text.length() - at) {
            throw unsupported();
        }
        String name = text.substring(at, at + length);
        at += length;
        return name;
    }

    /** {@code _} is 1, {@code 0_} is 2. */
    int ordinal() {
        int ordinal = peek() == '_' ? 1 : number(false) + 2;
        expect('_');
        return ordinal;
    }

    /** Begins a part that may contain others of its kind. */
    void enter() {
        if (++depth > MAX_DEPTH) {
            throw unsupported();
        }
    }

    /** The next character; 0 at the end. */
    char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    /** The character behind that. */
    char next() {
        return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    char take() {
        if (at >= text.length()) {
            throw unsupported();
        }
        return text.charAt(at++);
    }

    /** Two letters. */
    String code() {
        if (text.length() - at < 2) {
            throw unsupported();
        }
        at += 2;
        return text.substring(at - 2, at);
    }

    /** Whether that comes next, which is then skipped. */
    boolean accept(String expected) {
        boolean accepted = text.startsWith(expected, at);
        at += accepted ? expected.length() : 0;
        return accepted;
    }

    void expect(char expected) {
        if (take() != expected) {
            throw unsupported();
        }
    }

    String digits() {
        int start = at;
        while (isDigit(peek())) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Digits and small letters up to f. */
    String hexDigits() {
        int start = at;
        while (isDigit(peek()) || peek() >= 'a' && peek() <= 'f') {
            at++;
        }
        return text.substring(start, at);
    }

    int number(boolean signed) {
        if (signed) {
            accept("n");
        }
        String digits = digits();
        if (digits.isEmpty() || digits.length() > 7) {
            throw unsupported();
        }
        return Integer.parseInt(digits);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static UnsupportedNameException unsupported() {
        return UnsupportedNameException.INSTANCE;
    }
}
