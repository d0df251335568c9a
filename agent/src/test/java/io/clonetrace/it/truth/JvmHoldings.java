package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Attached;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a process holds.
 *
 * @param executable its executable mappings: of libraries, and of code that was made
 * @param metaspace bytes in use
 */
public record JvmHoldings(int descriptors, int threads, long executable, long metaspace) {
    private static final long COLLECTED_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final Pattern USED = Pattern.compile("Both: .* ([0-9.]+) (KB|MB) .* used");

    /** After the agent's loader was collected, which must happen within a minute. */
    public static JvmHoldings of(Attached jvm) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + COLLECTED_NANOS;
        while (holdsAgent(jvm)) {
            assertTrue(System.nanoTime() - deadline < 0, "the agent's classes are still there after a minute");
            LockSupport.parkNanos(CHECK_NANOS);
        }
        MatchResult used =
                USED.matcher(jvm.jcmd("VM.metaspace")).results().findFirst().orElseThrow();
        long unit = used.group(2).equals("MB") ? 1 << 20 : 1 << 10;
        try (var maps = Files.lines(Path.of("/proc/" + jvm.pid() + "/maps"))) {
            return new JvmHoldings(
                    jvm.descriptors().size(),
                    threads(jvm.pid()),
                    maps.filter(line -> line.split(" ")[1].contains("x")).count(),
                    (long) (Double.parseDouble(used.group(1)) * unit));
        }
    }

    /**
     * What it holds once it holds no more than that, or after a minute: the JDK's Cleaner closes an unreachable file
     * some time after a collection.
     */
    public static JvmHoldings settled(Attached jvm, JvmHoldings first) throws IOException, InterruptedException {
        JvmHoldings last = of(jvm);
        long deadline = System.nanoTime() + COLLECTED_NANOS;
        while (last.isMoreThan(first) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(CHECK_NANOS);
            last = of(jvm);
        }
        return last;
    }

    /** Whether it holds more of anything that a leak in each round would increase. */
    public boolean isMoreThan(JvmHoldings first) {
        return descriptors > first.descriptors || threads > first.threads || executable > first.executable;
    }

    /** HotSpot adds compiler and collector threads when there is work. */
    private static int threads(long pid) throws IOException {
        int threads = 0;
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                if (!Files.readString(task.resolve("comm")).matches("(?s)(C[12] Comp|GC Thread|G1 ).*")) {
                    threads++;
                }
            }
        }
        return threads;
    }

    /**
     * What is kept stays, and of the classes that the application's loader sees, only the entry is looked for: so this
     * looks for those of one package of the core.
     */
    private static boolean holdsAgent(Attached jvm) throws IOException, InterruptedException {
        jvm.jcmd("GC.run");
        // With unreachable objects too: a class is gone when its loader is.
        return jvm.jcmd("GC.class_histogram", "-all").lines().anyMatch(line -> line.contains(" io.clonetrace.agent."));
    }
}
