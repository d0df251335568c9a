package io.clonetrace.report.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What the names of threads of one kind have in common: {@code pool-*-thread-*} for {@code pool-7-thread-1}. A run of
 * digits becomes {@code *}, and so does a word that is a number in hex or an identifier such as a UUID.
 */
public final class NamePattern {
    /** The pattern of a thread without a name. */
    public static final String UNNAMED = "(no name)";

    private static final char ANY = '*';

    /** A shorter word of hex digits, such as {@code b2}, is rather a word with a number. */
    private static final int SHORTEST_HEX = 6;

    private NamePattern() {}

    /** The pattern of a name; {@link #UNNAMED} for null or an empty one. */
    public static String of(String name) {
        if (name == null || name.isEmpty()) {
            return UNNAMED;
        }
        StringBuilder pattern = new StringBuilder(name.length());
        split(name, pattern, new ArrayList<>());
        return pattern.toString();
    }

    /** What stands in a name where its pattern has {@code *}, in order: {@code [7, 1]} for {@code pool-7-thread-1}. */
    public static List<String> variables(String name) {
        List<String> variables = new ArrayList<>();
        if (name != null) {
            split(name, new StringBuilder(), variables);
        }
        return variables;
    }

    private static void split(String name, StringBuilder pattern, List<String> variables) {
        int at = 0;
        while (at < name.length()) {
            int end = hexEnd(name, at);
            if (end == at) {
                end = digitsEnd(name, at);
            }
            if (end > at) {
                pattern.append(ANY);
                variables.add(name.substring(at, end));
                at = end;
            } else {
                pattern.append(name.charAt(at++));
            }
        }
    }

    private static int digitsEnd(String name, int at) {
        int end = at;
        while (end < name.length() && isDigit(name.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Where a word of hex digits ends that begins there, words joined by {@code -} as in a UUID included. */
    private static int hexEnd(String name, int at) {
        if (at > 0 && Character.isLetterOrDigit(name.charAt(at - 1))) {
            return at;
        }
        int begin = name.startsWith("0x", at) ? at + 2 : at;
        int end = begin;
        boolean digit = false;
        boolean letter = false;
        while (end < name.length() && isHex(name.charAt(end))) {
            digit |= isDigit(name.charAt(end));
            letter |= !isDigit(name.charAt(end));
            end++;
        }
        boolean whole = end == name.length() || !Character.isLetterOrDigit(name.charAt(end));
        if (!whole || !digit || end - begin < SHORTEST_HEX && begin == at || !letter && begin == at) {
            return uuidEnd(name, at);
        }
        int uuid = uuidEnd(name, at);
        return Math.max(uuid, end);
    }

    /** A UUID is 8-4-4-4-12 hex digits (RFC 9562). */
    private static int uuidEnd(String name, int at) {
        int end = at;
        for (int length : new int[] {8, 4, 4, 4, 12}) {
            if (end > at) {
                if (end >= name.length() || name.charAt(end) != '-') {
                    return at;
                }
                end++;
            }
            for (int count = 0; count < length; count++, end++) {
                if (end >= name.length() || !isHex(name.charAt(end))) {
                    return at;
                }
            }
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }
}
