package io.clonetrace.demo;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.wire.TraceFileSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program: runs the demo with the trace that a strace writes of this JVM as its source, and prints a line for each
 * task by its own word, then the table. Argument: the trace.
 */
public final class DemoPrint {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private DemoPrint() {}

    public static void main(String[] arguments) throws Exception {
        CloneSource source = new TraceFileSource(Path.of(arguments[0]));
        source.start();
        CorrelatorWatcher seen =
                new CorrelatorWatcher(() -> Optional.of(source.kind().label()), Duration.ofSeconds(30), () -> 0);
        CloneSink sink = new CloneSink() {
            @Override
            public void cloned(CloneCall call) {
                if (!call.failed()) {
                    seen.observe(call);
                }
            }

            @Override
            public void exited(int tid) {}
        };
        Thread poller = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                source.poll(sink);
                LockSupport.parkNanos(PASS_NANOS);
            }
        });
        poller.start();
        var comparisons = new CloneDemo(seen).run();
        poller.interrupt();
        poller.join();
        for (Comparison comparison : comparisons) {
            if (comparison.outcome() instanceof Outcome.Made made) {
                System.out.println(comparison.how().replace(' ', '_') + " parent=" + made.parentTid() + " child="
                        + made.childTid() + " stack=0x" + Long.toHexString(made.stack()) + " size=" + made.stackSize());
            }
        }
        System.out.print(new ComparisonTable(comparisons).text());
    }
}
