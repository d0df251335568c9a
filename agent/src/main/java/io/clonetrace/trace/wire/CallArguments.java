package io.clonetrace.trace.wire;

import java.util.Arrays;
import java.util.Optional;

/**
 * The named arguments of one call, {@code clone(child_stack=NULL, flags=SIGCHLD)} or {@code clone3({flags=0,
 * stack=NULL} => {parent_tid=[5]}, 88)}, as strace printed them. If a name occurs twice (clone3's {@code parent_tid},
 * before and after the call), its last value counts. Skips strings, comments, and the {@code <name>} that {@code -y}
 * and {@code -Y} append to numbers.
 */
public final class CallArguments {
    private static final boolean[] IS_MARK = isMark("\"</{[(}]),=");

    /** Positions kept per argument: where its name begins, where its value begins, where the value ends. */
    private static final int PLACES = 3;

    private final String text;
    private int[] places = new int[16 * PLACES];
    private int count;
    private int depth;
    private int structDepth;
    private int nameStart;
    private int valueStart = -1;
    private int end = -1;

    private CallArguments(String text) {
        this.text = text;
    }

    /**
     * Reads the arguments that begin at {@code start}, after the opening parenthesis; empty if the closing one is
     * missing.
     */
    public static Optional<CallArguments> read(String text, int start) {
        CallArguments arguments = new CallArguments(text);
        arguments.nameStart = start;
        arguments.scan(start);
        return arguments.end < 0 ? Optional.empty() : Optional.of(arguments);
    }

    /** The value of the argument or struct member of that name, empty if it is absent. */
    public String value(String name) {
        for (int i = (count - 1) * PLACES; i >= 0; i -= PLACES) {
            int start = places[i];
            if (places[i + 1] - start == name.length() + 1 && text.startsWith(name, start)) {
                return text.substring(places[i + 1], places[i + 2]).trim();
            }
        }
        return "";
    }

    /** Where the text continues after the closing parenthesis. */
    public int end() {
        return end;
    }

    private void scan(int start) {
        int i = nextMark(start);
        while (i >= 0 && i < text.length() && end < 0) {
            switch (text.charAt(i)) {
                case '"' -> i = endOfString(i);
                case '<' -> i = text.indexOf('>', i);
                case '/' -> i = text.startsWith("/*", i) ? endOfComment(i) : i;
                case '{' -> open(i, depth == 0);
                case '[', '(' -> open(i, false);
                case '}', ']', ')' -> close(i);
                case ',' -> finishValue(i);
                default -> startValue(i);
            }
            i = i < 0 ? i : nextMark(i + 1);
        }
    }

    /** Most of a line is names and digits, so parsing a long trace spends most of its time here. */
    private int nextMark(int start) {
        int length = text.length();
        int i = start;
        while (i < length) {
            char c = text.charAt(i);
            if (c < IS_MARK.length && IS_MARK[c]) {
                break;
            }
            i++;
        }
        return i;
    }

    private void open(int i, boolean struct) {
        depth++;
        if (struct) {
            structDepth = 1;
            startName(i + 1);
        }
    }

    private void close(int i) {
        finishValue(i);
        if (depth == 0) {
            end = i + 1;
        }
        depth--;
        structDepth = Math.min(structDepth, Math.max(depth, 0));
    }

    private void startValue(int i) {
        if (depth == structDepth && valueStart < 0 && !text.startsWith("=>", i)) {
            valueStart = i + 1;
        }
    }

    private void finishValue(int i) {
        if (depth != structDepth) {
            return;
        }
        if (valueStart >= 0) {
            add(i);
        }
        valueStart = -1;
        startName(i + 1);
    }

    private void startName(int start) {
        nameStart = start;
        while (nameStart < text.length() && text.charAt(nameStart) == ' ') {
            nameStart++;
        }
    }

    private void add(int valueEnd) {
        int at = count * PLACES;
        if (at == places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        places[at] = nameStart;
        places[at + 1] = valueStart;
        places[at + 2] = valueEnd;
        count++;
    }

    private int endOfString(int start) {
        for (int i = start + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i;
            }
        }
        return -1;
    }

    private int endOfComment(int start) {
        int close = text.indexOf("*/", start + 2);
        return close < 0 ? -1 : close + 1;
    }

    private static boolean[] isMark(String marks) {
        boolean[] isMark = new boolean[128];
        marks.chars().forEach(mark -> isMark[mark] = true);
        return isMark;
    }
}
