package io.clonetrace.explain.evidence;

/**
 * A line of an input.
 *
 * @param file the input's name, for people
 * @param number from 1
 * @param text the line without what was put around it: ANSI sequences, a carriage return, the prefix of a log, the
 *     escapes of HTML
 * @param raw the same with the prefix of a log and the escapes of HTML; for readers that know such themselves
 */
public record TextLine(String file, long number, String text, String raw) {
    /** A line without a prefix. */
    public TextLine(String file, long number, String text) {
        this(file, number, text, text);
    }

    public Place place() {
        return new Place(file, number, number);
    }
}
