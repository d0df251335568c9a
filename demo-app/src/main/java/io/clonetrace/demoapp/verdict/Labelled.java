package io.clonetrace.demoapp.verdict;

/**
 * A program of the corpus and what a report ought to say of it.
 *
 * @param name for the command line
 * @param blamed a regular expression that the call site of the outage, or where no start is seen the pattern of its
 *     threads' names, contains; empty for a healthy program
 * @param mode how it is observed
 * @param description what it does, in one line
 */
record Labelled(String name, String blamed, Mode mode, String description, Program program) {
    /** How a program is observed. */
    enum Mode {
        /** With the agent from its start on. */
        START,
        /** The agent is attached when the program has done what it does, and detached a few seconds later. */
        LATE,
        /** From its start on, with room for two thousand threads. */
        LIMITED,
        /** From its start on, with room for a hundred threads. */
        FULL,
        /** From its start on, by a JDK with virtual threads. */
        VIRTUAL
    }

    static Labelled outage(String name, String blamed, String description, Program program) {
        return new Labelled(name, blamed, Mode.START, description, program);
    }

    static Labelled healthy(String name, String description, Program program) {
        return new Labelled(name, "", Mode.START, description, program);
    }

    Labelled in(Mode observed) {
        return new Labelled(name, blamed, observed, description, program);
    }

    /** For the script: fields that are separated by tabs. */
    String line() {
        return String.join(
                "\t", name, blamed.isEmpty() ? "healthy" : "outage", mode.name().toLowerCase(), blamed, description);
    }
}
