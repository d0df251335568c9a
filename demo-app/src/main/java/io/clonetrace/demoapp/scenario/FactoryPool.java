package io.clonetrace.demoapp.scenario;

import java.util.concurrent.Executors;

/** A fixed pool: {@code java.util.concurrent.ThreadPoolExecutor} with a factory of our own. */
final class FactoryPool implements Scenario {

    @Override
    public String name() {
        return "factory-pool";
    }

    @Override
    public String description() {
        return "a fixed pool with a ThreadFactory of its own";
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        NamedThreads threads = new NamedThreads(tally);
        FullPool.run(Executors.newFixedThreadPool(settings.threads(), threads), settings.threads());
        threads.joinAll();
    }
}
