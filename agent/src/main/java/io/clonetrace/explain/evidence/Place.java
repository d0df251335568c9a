package io.clonetrace.explain.evidence;

/**
 * Where something was read.
 *
 * @param file the input's name, for people; hostile input
 * @param first the number of the first line, from 1
 * @param last that of the last
 */
public record Place(String file, long first, long last) {
    /** From this place to that line. */
    public Place to(TextLine line) {
        return to(line.number());
    }

    /** From this place to the line of that number. */
    public Place to(long line) {
        return line == last ? this : new Place(file, first, Math.max(last, line));
    }

    /** The lines alone: {@code 12} or {@code 12-40}. */
    public String lines() {
        return first == last ? Long.toString(first) : first + "-" + last;
    }

    /** {@code hs_err_pid7.log:12} or {@code hs_err_pid7.log:12-40}. */
    @Override
    public String toString() {
        return file + ":" + lines();
    }
}
