package io.clonetrace.hook;

/**
 * Stands for {@code Thread} and {@code VirtualThread} while the jar is built: {@link TemplateBuild} weaves
 * {@link ThreadAdvice} into these methods, and in a JVM {@link TemplateSplicer} copies the woven code into the real
 * ones, each with its own code in the place of {@link #original}. It never runs.
 */
final class ThreadTemplate {
    /** As in {@code Thread}. */
    private volatile long eetop;

    private ThreadTemplate() {}

    void start() {
        original();
    }

    void exit() {
        original();
    }

    void virtualStart() {
        original();
    }

    /** Where the code of the real method belongs. */
    private static void original() {}
}
