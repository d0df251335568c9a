package io.clonetrace.flags;

import java.util.ArrayList;
import java.util.List;

/** A name, a number or an operator of what was pasted; comments and what encloses it are left out. */
record FlagToken(String text) {
    private static final String OPERATORS = "|,&~+-()";

    /** Of a token in a message. */
    private static final int LONGEST_SHOWN = 60;

    /**
     * Takes a text apart.
     *
     * @throws IllegalArgumentException with one sentence that names the character that it can't read
     */
    static List<FlagToken> of(String text) {
        List<FlagToken> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (text.startsWith("/*", at)) {
                int close = text.indexOf("*/", at + 2);
                if (close < 0) {
                    throw new IllegalArgumentException("A comment is not closed.");
                }
                end = close + 2;
            } else if (text.startsWith("<<", at)) {
                end = at + 2;
                tokens.add(new FlagToken("<<"));
            } else if (OPERATORS.indexOf(c) >= 0) {
                tokens.add(new FlagToken(String.valueOf(c)));
            } else if (isWord(c)) {
                while (end < text.length() && isWord(text.charAt(end))) {
                    end++;
                }
                tokens.add(new FlagToken(text.substring(at, end)));
            } else if (!isBlank(c) && !isAssemblersMark(text, at)) {
                throw new IllegalArgumentException("The character '" + shown(String.valueOf(c))
                        + "' is no part of flags such as CLONE_VM|SIGCHLD or 0x3d0f00.");
            }
            at = end;
        }
        return tokens;
    }

    /** Whether a name or a number begins here, or what stands for one. */
    boolean beginsValue() {
        return isWord(text.charAt(0)) || text.equals("(") || text.equals("~") || text.equals("-");
    }

    /** The name without what languages put before it: {@code unix.}, {@code libc::}, {@code LINUX_}, {@code _}. */
    static String bareName(String text) {
        int from = Math.max(text.lastIndexOf('.'), text.lastIndexOf(':')) + 1;
        while (from < text.length() && text.charAt(from) == '_') {
            from++;
        }
        String name = text.substring(from);
        return name.startsWith("LINUX_") ? name.substring("LINUX_".length()) : name;
    }

    /** As much of a text as fits in a message, with no character that a terminal obeys. */
    static String shown(String text) {
        String cut = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
        StringBuilder plain = new StringBuilder(cut.length());
        cut.codePoints()
                .map(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.SURROGATE
                        ? '?'
                        : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static boolean isWord(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || "_.:".indexOf(c) >= 0;
    }

    private static boolean isBlank(char c) {
        return c <= ' ' || Character.isSpaceChar(c) || c == '\ufeff';
    }

    /** A number's mark in assembly: {@code $0x4111}, {@code #0x4111}. */
    private static boolean isAssemblersMark(String text, int at) {
        return "$#".indexOf(text.charAt(at)) >= 0
                && at + 1 < text.length()
                && (Character.isDigit(text.charAt(at + 1)) || text.charAt(at + 1) == '-');
    }
}
