package io.clonetrace.demoapp.scenario;

import java.util.List;

/** Every scenario, in the order in which they run. */
public final class Scenarios {

    private Scenarios() {}

    public static List<Scenario> all() {
        return List.of(
                new Plain(),
                new Subclass(),
                new StackSizes(),
                new Daemon(),
                new FactoryPool(),
                new ScheduledPool(),
                new ForkJoin(),
                new ParallelStream(),
                new CompletableFutures(),
                new Timers(),
                new HttpClients(),
                new Processes(),
                new Virtual(),
                new ThreadPerTask(),
                new Failing(),
                new Names());
    }
}
