package io.clonetrace.agent.host;

import io.clonetrace.linux.proc.Patience;
import io.clonetrace.linux.proc.ProcessorTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread of ours: a daemon, recognized by its class. It belongs to the group {@code system}, and so do the threads
 * that it starts, JFR's among them: applications wait for the threads of their own group, or interrupt them. An
 * exception is printed here: uncaught it would reach the application's handler.
 */
public final class AgentThread extends Thread {
    private volatile int tid = -1;
    private volatile Runnable waker = () -> {};

    public AgentThread(String name, Runnable work) {
        // No inherited thread locals: the creator's context loader and caches must not be held.
        super(system(), work, name, 0, false);
        setDaemon(true);
        setContextClassLoader(null);
    }

    private static ThreadGroup system() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    @Override
    public void run() {
        try {
            readTid();
            super.run();
        } catch (Throwable failure) {
            Console.failed("the thread " + getName() + " ended", failure);
        }
    }

    /** Ends the wait of a thread: one that is parked, or if it is one of ours, waits as its waker knows. */
    public static void wake(Thread thread) {
        LockSupport.unpark(thread);
        if (thread instanceof AgentThread ours) {
            ours.waker.run();
        }
    }

    /** @param waker ends a wait of this thread other than parking; called by any thread */
    public void waker(Runnable waker) {
        this.waker = waker;
    }

    private void readTid() {
        try {
            // proc(5): PID/task/TID. Without native access, which may not be open yet.
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            tid = Integer.parseInt(self.getFileName().toString());
        } catch (IOException | NumberFormatException noProc) {
            tid = -1;
        }
    }

    /**
     * Begins to wait for this thread, which need not run yet.
     *
     * @param nanos how long while it uses no processor time
     * @param pauseNanos how long the caller pauses between two checks
     */
    public Patience patience(long nanos, long pauseNanos) {
        return new Patience(nanos, pauseNanos, this::processorTime);
    }

    private long processorTime() {
        return new ProcessorTime(Path.of("/proc/self/task/" + tid)).getAsLong();
    }

    /** The kernel's id of this thread once it runs; -1 before, or without a /proc. */
    public int tid() {
        return tid;
    }
}
