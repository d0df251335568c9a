package io.clonetrace.demoapp.verdict;

/** A program of the corpus. What it starts may live on: the JVM exits when its time is over. */
interface Program {
    /** Runs for the given time; may return earlier. */
    void run(Span span) throws Exception;
}
