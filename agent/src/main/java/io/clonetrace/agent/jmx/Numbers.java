package io.clonetrace.agent.jmx;

/** Numbers as clients get them: null where none was observed, so that exporters leave it out. */
final class Numbers {
    private Numbers() {}

    /** The number, or null if it is negative, which stands for unknown. */
    static Long known(long number) {
        return number < 0 ? null : number;
    }
}
