package io.clonetrace.agent;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.Console;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.demo.CloneDemo;
import io.clonetrace.demo.ComparisonTable;
import io.clonetrace.demo.CorrelatorWatcher;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** {@code demo=true}: the native clone demo, on its own thread while the session's thread reads the source. */
final class DemoRun {
    /** A tracer may write late. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long LONGEST_SECONDS = 60;

    private final CountDownLatch done = new CountDownLatch(1);

    /** @param source the name of the source that is on at the moment; asked by the demo's thread */
    void start(Correlator correlator, Supplier<Optional<String>> source) {
        CorrelatorWatcher seen = new CorrelatorWatcher(source, PATIENCE);
        correlator.observer(seen);
        new AgentThread("clonetrace demo", () -> run(seen, correlator)).start();
    }

    /** Ends the wait for the demo: there will be none. */
    void cancel() {
        done.countDown();
    }

    /** Waits for the end of the demo; the JVM's start includes it. */
    void awaitEnd() throws InterruptedException {
        done.await(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    private void run(CorrelatorWatcher seen, Correlator correlator) {
        try {
            Console.print(new ComparisonTable(new CloneDemo(seen).run()).text());
        } catch (Throwable failure) {
            Console.say("the clone demo failed: " + failure);
        } finally {
            correlator.observer(null);
            done.countDown();
        }
    }
}
