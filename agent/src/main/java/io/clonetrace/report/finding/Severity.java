package io.clonetrace.report.finding;

/** How much a finding matters; the worst first. */
public enum Severity {
    /** Threads fail, or will before long. */
    PROBLEM,
    /** It costs memory or time, or hides something. */
    WARNING,
    /** Worth knowing. */
    NOTE;

    /** For people and machines, in lower case. */
    public String label() {
        return switch (this) {
            case PROBLEM -> "problem";
            case WARNING -> "warning";
            case NOTE -> "note";
        };
    }
}
