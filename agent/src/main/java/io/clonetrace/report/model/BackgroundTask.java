package io.clonetrace.report.model;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that a thread of its own does, if there are a processor and a thread for it; else the one that waits for it. */
public final class BackgroundTask {
    private final FutureTask<?> task;

    private BackgroundTask(Runnable work) {
        task = new FutureTask<>(work, null);
    }

    /**
     * Begins it.
     *
     * @param name of the thread
     * @param work what fails in it is thrown by {@link #await}
     */
    public static BackgroundTask begin(String name, Runnable work) {
        BackgroundTask begun = new BackgroundTask(work);
        if (Runtime.getRuntime().availableProcessors() > 1) {
            Thread thread = new Thread(begun.task, name);
            thread.setDaemon(true);
            try {
                thread.start();
            } catch (OutOfMemoryError noThread) {
                // At a limit on threads.
            }
        }
        return begun;
    }

    /** Returns when it is done, and does it if no thread has begun to. */
    public void await() {
        task.run();
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failed.getCause();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
