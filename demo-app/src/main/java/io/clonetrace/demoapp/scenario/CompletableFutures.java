package io.clonetrace.demoapp.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/** CompletableFuture.runAsync, first with an executor of ours that starts a thread a task, then with the JDK's own. */
final class CompletableFutures implements Scenario {

    @Override
    public String name() {
        return "completable-future";
    }

    @Override
    public String description() {
        return "runAsync, a thread a task and in the default executor";
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        NamedThreads threads = new NamedThreads(tally);
        await(settings.threads(), task -> threads.newThread(task).start());
        threads.joinAll();

        tally.jdkThreads(DefaultExecutor.threadPrefix());
        await(settings.threads(), new CompletableFuture<Void>().defaultExecutor());
    }

    private static void await(int tasks, Executor executor) throws Exception {
        CompletableFuture<?>[] futures = IntStream.range(0, tasks)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {}, executor))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(futures).get(Settings.DEADLINE_SECONDS, SECONDS);
    }
}
