package io.clonetrace.demoapp.scenario;

/** Daemon threads. They are joined all the same, so that their number is exact. */
final class Daemon implements Scenario {

    @Override
    public String name() {
        return "daemon";
    }

    @Override
    public String description() {
        return "daemon threads";
    }

    @Override
    public void run(Tally tally, Settings settings) throws InterruptedException {
        ShortThreads threads = new ShortThreads(tally);
        for (int i = 1; i <= settings.threads(); i++) {
            Thread thread = new Thread(() -> {}, tally.prefix() + i);
            thread.setDaemon(true);
            threads.start(thread);
        }
        threads.joinAll();
    }
}
