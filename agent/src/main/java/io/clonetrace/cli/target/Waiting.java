package io.clonetrace.cli.target;

/** Receives how long a JVM has been waited for. */
@FunctionalInterface
public interface Waiting {
    /** Ignores it. */
    Waiting SILENT = seconds -> {};

    /** Called a few times a second, by the thread that waits. */
    void at(long seconds);

    /** The user has ended the wait: something else is about to be printed. Called by another thread. */
    default void interrupted() {}
}
