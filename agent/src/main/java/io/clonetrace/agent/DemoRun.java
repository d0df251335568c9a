package io.clonetrace.agent;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.Console;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.demo.CloneDemo;
import io.clonetrace.demo.ComparisonTable;
import io.clonetrace.demo.CorrelatorWatcher;
import io.clonetrace.linux.proc.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** {@code demo=true}: the native clone demo, on its own thread while the session's thread reads the source. */
final class DemoRun {
    /** How long a record is waited for while its source makes no progress. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** How long the end is waited for while the process uses no processor time. */
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final CountDownLatch done = new CountDownLatch(1);

    /**
     * Starts it.
     *
     * @param source the name of the source that is on at the moment; asked by the demo's thread
     * @param progress the progress of that source; asked by the demo's thread
     */
    void start(Correlator correlator, Supplier<Optional<String>> source, LongSupplier progress) {
        CorrelatorWatcher seen = new CorrelatorWatcher(source, PATIENCE, progress);
        correlator.observer(seen);
        new AgentThread("clonetrace demo", () -> run(seen, correlator)).start();
    }

    /** Ends the wait for the demo: there will be none. */
    void cancel() {
        done.countDown();
    }

    /** Waits for the end of the demo; the JVM's start includes it. */
    void awaitEnd() throws InterruptedException {
        Patience patience = new Patience(END_NANOS, CHECK_NANOS, Path.of("/proc/self"));
        while (!done.await(CHECK_NANOS, TimeUnit.NANOSECONDS) && !patience.isOver()) {
            // What takes long makes progress.
        }
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
