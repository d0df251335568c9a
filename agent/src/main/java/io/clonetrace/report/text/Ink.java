package io.clonetrace.report.text;

import io.clonetrace.report.finding.Severity;

/** The colours of a text: what matters stands out, whatever the terminal's own background is. */
public enum Ink {
    NONE(""),
    HEAD("1"),
    PROBLEM("1;31"),
    WARNING("33"),
    NOTE("36"),
    FAINT("2"),
    SELECTED("7");

    private final String sgr;

    Ink(String sgr) {
        this.sgr = sgr;
    }

    public static Ink of(Severity severity) {
        return switch (severity) {
            case PROBLEM -> PROBLEM;
            case WARNING -> WARNING;
            case NOTE -> NOTE;
        };
    }

    /** The text in this colour, which ends with it. */
    public String paint(String text) {
        return this == NONE || text.isEmpty() ? text : "\u001b[" + sgr + 'm' + text + "\u001b[0m";
    }
}
