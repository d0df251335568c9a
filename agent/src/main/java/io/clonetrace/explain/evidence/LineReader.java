package io.clonetrace.explain.evidence;

/**
 * Reads one kind of text, line by line: a state machine, made anew for each input. One text may hold several kinds, so
 * a reader takes the lines that it knows and leaves the others to the next reader. The reader that took the last line
 * is asked first. A reader that has begun something and is asked with a line of another kind keeps its state: other
 * output may lie between its own lines.
 *
 * <p>Input is untrusted and may have gigabytes: nothing is kept per line, and what does not begin like a line of this
 * kind is refused by a cheap look ({@link String#startsWith(String)}, {@link String#indexOf(String)}) before a pattern
 * is tried. Nothing is thrown for bad input.
 */
public interface LineReader {
    /** Whether this line is one of its kind; if so, the reader has taken it. */
    boolean read(TextLine line);

    /** The input is at its end. */
    default void end() {}
}
