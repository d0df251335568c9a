package io.clonetrace.demoapp.scenario;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;

/** Where CompletableFuture runs tasks without an executor of their own. */
final class DefaultExecutor {

    private DefaultExecutor() {}

    /**
     * How the names of its threads begin. Before JDK 25, a common pool of parallelism 1 (two processors or fewer) is
     * not used, and each task has a new Thread.
     */
    static String threadPrefix() {
        boolean commonPool = new CompletableFuture<Void>().defaultExecutor() == ForkJoinPool.commonPool();
        return commonPool ? "ForkJoinPool.commonPool-worker-" : "Thread-";
    }
}
