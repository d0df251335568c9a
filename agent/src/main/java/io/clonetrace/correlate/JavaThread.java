package io.clonetrace.correlate;

import io.clonetrace.clone.TaskKind;
import java.lang.ref.WeakReference;

/**
 * A Java thread as the JVM's side knows it, waiting for the kernel's record of the clone that made it. Holds no Thread
 * object alive.
 *
 * @param thread the thread, while something else holds it
 * @param id Java's id
 * @param name its name when it was started or seen
 * @param kind whose it is
 * @param tid the kernel's id
 * @param pthreadId the clone's tls where the processor's thread pointer is the pthread_t; -1 if it can't be compared
 * @param known milliseconds since the epoch when all this was known: its clone was made before
 * @param creator who called Thread.start, or null for a thread that lived before the hook was on
 */
public record JavaThread(
        WeakReference<Thread> thread,
        long id,
        String name,
        TaskKind kind,
        int tid,
        long pthreadId,
        long known,
        Creator creator) {

    /**
     * The start as its creator saw it.
     *
     * @param tid the kernel's id of the creating task; -1 if unknown, or if it may have changed meanwhile (virtual)
     * @param id Java's id of the creating thread
     * @param name its name
     * @param before milliseconds since the epoch when Thread.start was entered
     */
    public record Creator(int tid, long id, String name, long before) {}
}
