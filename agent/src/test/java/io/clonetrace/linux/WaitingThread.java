package io.clonetrace.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/** A thread that Thread.start made, and that waits for what it is told to call. */
public final class WaitingThread {
    private static final Runnable END = () -> {};

    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final Thread thread;

    public WaitingThread(String name) throws Exception {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
        call(() -> null);
    }

    public Thread thread() {
        return thread;
    }

    /** What {@code task} answers when this thread calls it. */
    public <T> T call(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        work.add(future);
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    public void end() throws InterruptedException {
        work.add(END);
        thread.join();
    }

    private void run() {
        try {
            for (Runnable next = work.take(); next != END; next = work.take()) {
                next.run();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
