package io.clonetrace.clone;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The native method that a function stands for by its name ("Java Native Interface Specification", Resolving Native
 * Method Names).
 */
public final class JniName {
    private static final String PREFIX = "Java_";
    private static final int HEX = 4;

    /** The arguments' part of a method descriptor. */
    private static final Pattern ARGUMENTS = Pattern.compile("(\\[*([ZBCSIJFD]|L[^;\\[.]+;))*");

    private JniName() {}

    /**
     * Reads a function's name.
     *
     * @param function as the symbol table has it; may be null
     * @return {@code ai.onnxruntime.OrtSession.createSession}; empty if the name is not one of a native method. A
     *     method may be bound to a function of any name (RegisterNatives), so not every native method has one
     */
    public static Optional<String> method(String function) {
        if (function == null || !function.startsWith(PREFIX)) {
            return Optional.empty();
        }
        int signature = signatureAt(function);
        String path = decoded(function, PREFIX.length(), signature < 0 ? function.length() : signature, '.');
        if (path == null || !isMethod(path)) {
            return Optional.empty();
        }
        if (signature >= 0) {
            String arguments = decoded(function, signature + 2, function.length(), '/');
            if (arguments == null || !ARGUMENTS.matcher(arguments).matches()) {
                return Optional.empty();
            }
        }
        return Optional.of(path);
    }

    /** A class and a method, no part of them empty. */
    private static boolean isMethod(String path) {
        return path.indexOf('.') > 0
                && !path.startsWith(".")
                && !path.endsWith(".")
                && !path.contains("..")
                && path.chars().noneMatch(c -> c == ';' || c == '[' || c == '/');
    }

    /**
     * Where the two underscores are before the arguments; -1 without. A separator before an escaped underscore or a
     * letter beyond ASCII looks alike, but no arguments begin with those.
     */
    private static int signatureAt(String function) {
        for (int at = function.indexOf("__"); at >= 0; at = function.indexOf("__", at + 1)) {
            char next = at + 2 < function.length() ? function.charAt(at + 2) : 0;
            if (next != '0' && next != '1') {
                return at;
            }
        }
        return -1;
    }

    /** @return null if it is not encoded so */
    private static String decoded(String name, int from, int to, char separator) {
        StringBuilder text = new StringBuilder();
        for (int at = from; at < to; at++) {
            char c = name.charAt(at);
            if (c != '_') {
                if (!isPlain(c)) {
                    return null;
                }
                text.append(c);
                continue;
            }
            switch (at + 1 < to ? name.charAt(at + 1) : 0) {
                case '0' -> {
                    int letter = at + 2 + HEX <= to ? hex(name, at + 2) : -1;
                    if (letter < 0) {
                        return null;
                    }
                    text.append((char) letter);
                    at += 1 + HEX;
                }
                case '1' -> {
                    text.append('_');
                    at++;
                }
                case '2' -> {
                    text.append(';');
                    at++;
                }
                case '3' -> {
                    text.append('[');
                    at++;
                }
                default -> text.append(separator);
            }
        }
        return text.toString();
    }

    private static boolean isPlain(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /** Four hexadecimal digits, in lower case; -1 if they are none, or stand for what needs no escape. */
    private static int hex(String name, int from) {
        int value = 0;
        for (int at = from; at < from + HEX; at++) {
            char c = name.charAt(at);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return -1;
            }
            value = value * 16 + Character.digit(c, 16);
        }
        boolean needsEscape =
                value > ' ' && value < 0x7f ? !isPlain((char) value) && "_;[/.".indexOf(value) < 0 : value > 0x7f;
        return needsEscape ? value : -1;
    }
}
