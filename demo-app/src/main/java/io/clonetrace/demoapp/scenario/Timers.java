package io.clonetrace.demoapp.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;

/** {@code java.util.Timer}: each one starts its thread in the constructor. */
final class Timers implements Scenario {

    @Override
    public String name() {
        return "timer";
    }

    @Override
    public String description() {
        return "java.util.Timer, one thread each";
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        for (int i = 1; i <= settings.threads(); i++) {
            Timer timer = new Timer(tally.prefix() + i);
            tally.threadStarted();
            Ask ask = new Ask();
            timer.schedule(ask, 0);
            Thread thread = ask.thread.get(Settings.DEADLINE_SECONDS, SECONDS);
            timer.cancel();
            thread.join();
        }
    }

    /** A Timer does not show its thread; a task in it does, and we need it to join. */
    private static final class Ask extends TimerTask {

        private final CompletableFuture<Thread> thread = new CompletableFuture<>();

        @Override
        public void run() {
            thread.complete(Thread.currentThread());
        }
    }
}
