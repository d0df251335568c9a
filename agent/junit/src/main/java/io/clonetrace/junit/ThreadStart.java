package io.clonetrace.junit;

import java.lang.ref.WeakReference;

/**
 * A thread start that belongs to a test or a class.
 *
 * @param order counts the starts
 * @param creator the name of the thread that started it, then
 * @param trace of that thread: the innermost frame is the one that called Thread.start; frames around the test are left
 *     out
 * @param byTest the start of the thread from which it descends and which the test itself started; null if that is this
 *     one
 */
record ThreadStart(
        WeakReference<Thread> thread,
        LeakScope scope,
        long order,
        String creator,
        StackTraceElement[] trace,
        ThreadStart byTest) {
    /** The one of the starts between the test and this thread that the test itself made. */
    ThreadStart root() {
        return byTest == null ? this : byTest;
    }

    boolean isAlive() {
        Thread started = thread.get();
        return started != null && started.isAlive();
    }

    /** False for a thread that hasn't started yet, too. */
    boolean hasEnded() {
        Thread started = thread.get();
        if (started == null || started.isAlive()) {
            return started == null;
        }
        try {
            return started.getState() == Thread.State.TERMINATED;
        } catch (RuntimeException overridden) {
            return false;
        }
    }
}
