package io.clonetrace.flags;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.report.text.TerminalText;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code clonetrace flags} tells about a piece of text, for a terminal or for machines. */
public final class FlagsReport {
    private final String input;
    private final KernelVersion kernel;
    private final Map<Reading, Integer> readings = new LinkedHashMap<>();

    /**
     * Reads flags in any form.
     *
     * @param input a number, names, a line of a tracer, or the name of a library call
     * @param kernel the kernel whose rules apply
     * @throws IllegalArgumentException with one sentence if the input can't be read
     */
    public FlagsReport(String input, KernelVersion kernel) {
        this.input = input;
        this.kernel = kernel;
        PastedFlags.read(input).forEach(reading -> readings.merge(reading, 1, Integer::sum));
    }

    /** Prints it for a terminal. */
    public void print(TerminalText out) {
        new FlagsText(out, kernel).print(input, readings);
    }

    /** The same as maps and lists, for JSON. Keys are added to, never changed. */
    public Map<String, Object> json() {
        return FlagsJson.of(input, kernel, readings);
    }
}
