package io.clonetrace.demoapp;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * A server with the most common of thread leaks: each request has an executor of its own, and none is ever shut down.
 * Requests come until there were enough of them, or it is closed. The threads left behind are daemons, so that this
 * program ends all the same.
 */
final class Leaky implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;

    private final Thread server;
    private volatile Exception failure;

    /** Begins to serve so many requests, each of which leaks one thread. */
    Leaky(int requests) {
        server = new Thread(() -> serve(requests), "leaky-server");
        server.start();
    }

    private void serve(int requests) {
        try {
            for (int request = 0; request < requests; request++) {
                handle("request " + request);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (Exception e) {
            failure = e;
        }
    }

    /**
     * The bug: a shutdown is missing. Executors.newSingleThreadExecutor would hide it, as it is finalized in JDK 17.
     */
    private static String handle(String request) throws Exception {
        ExecutorService backend = Executors.newFixedThreadPool(1, daemons());
        return backend.submit(() -> "answer to " + request).get();
    }

    /** Threads with the names that the JDK gives them by default. */
    private static ThreadFactory daemons() {
        ThreadFactory factory = Executors.defaultThreadFactory();
        return task -> {
            Thread thread = factory.newThread(task);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Waits for the last request; throws what one of them threw. */
    void awaitAll() throws Exception {
        server.join();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        server.interrupt();
    }
}
