package io.clonetrace.demoapp.scenario;

/** A subclass of Thread that overrides {@code run}: the way that a hook on {@code Thread.run} would miss. */
final class Subclass implements Scenario {

    @Override
    public String name() {
        return "subclass";
    }

    @Override
    public String description() {
        return "a subclass of Thread that overrides run()";
    }

    @Override
    public void run(Tally tally, Settings settings) throws InterruptedException {
        ShortThreads threads = new ShortThreads(tally);
        for (int i = 1; i <= settings.threads(); i++) {
            threads.start(new Worker(tally.prefix() + i));
        }
        threads.joinAll();
    }

    private static final class Worker extends Thread {

        Worker(String name) {
            super(name);
        }

        @Override
        public void run() {}
    }
}
