package io.clonetrace.report.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What the names of threads of one kind have in common: {@code pool-*-thread-*} for {@code pool-7-thread-1}. A run of
 * digits becomes {@code *}, and so does an identifier: a UUID, a number in hex, a word in which letters and digits
 * alternate.
 */
public final class NamePattern {
    /** The pattern of a thread without a name. */
    public static final String UNNAMED = "(no name)";

    private static final char ANY = '*';

    /** A shorter word is rather a word with a number, such as {@code http2}. */
    private static final int SHORTEST = 6;

    /** How many hex digits are in each part of a UUID (RFC 9562). */
    private static final int[] UUID_PARTS = {8, 4, 4, 4, 12};

    /** So often letters follow digits, or digits letters, in a word that is no word. */
    private static final int FEWEST_CHANGES = 2;

    private NamePattern() {}

    /** The pattern of a name; {@link #UNNAMED} for null or an empty one. */
    public static String of(String name) {
        if (name == null || name.isEmpty()) {
            return UNNAMED;
        }
        StringBuilder pattern = new StringBuilder(name.length());
        split(name, pattern, null);
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

    /** @param variables null if they are not wanted */
    private static void split(String name, StringBuilder pattern, List<String> variables) {
        int at = 0;
        while (at < name.length()) {
            int end = identifierEnd(name, at);
            if (end == at) {
                end = digitsEnd(name, at);
            }
            if (end > at) {
                pattern.append(ANY);
                if (variables != null) {
                    variables.add(name.substring(at, end));
                }
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

    /** Where an identifier ends that begins there: a UUID, or a word such as {@code 7f3a9c1d} or {@code 0x1f}. */
    private static int identifierEnd(String name, int at) {
        if (at > 0 && Character.isLetterOrDigit(name.charAt(at - 1))) {
            return at;
        }
        int end = at;
        int changes = 0;
        while (end < name.length() && isAlphanumeric(name.charAt(end))) {
            changes += end > at && isDigit(name.charAt(end)) != isDigit(name.charAt(end - 1)) ? 1 : 0;
            end++;
        }
        boolean whole = end == name.length() || !Character.isLetterOrDigit(name.charAt(end));
        // What only begins or ends with a number is a word with a number.
        boolean random = changes >= FEWEST_CHANGES && end - at >= SHORTEST;
        int uuid = uuidEnd(name, at);
        return Math.max(uuid, whole && (random || isHexNumber(name, at, end)) ? end : at);
    }

    private static boolean isHexNumber(String name, int at, int end) {
        if (!name.startsWith("0x", at) || end == at + 2) {
            return false;
        }
        return name.substring(at + 2, end).chars().allMatch(c -> isHex((char) c));
    }

    private static boolean isAlphanumeric(char c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    /** Where a UUID ends that begins there; there if none does. */
    private static int uuidEnd(String name, int at) {
        int end = at;
        for (int length : UUID_PARTS) {
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

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }
}
