package io.clonetrace.demoapp.scenario;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one scenario started, by its own word. Threads whose number the JDK decides are not counted: the tally only
 * names the beginnings of their names. Safe for use by many threads.
 */
public final class Tally {

    private final String scenario;
    private final LongAdder threads = new LongAdder();
    private final LongAdder processes = new LongAdder();
    private final LongAdder virtualThreads = new LongAdder();
    private final Set<String> jdkPrefixes = new ConcurrentSkipListSet<>();

    public Tally(String scenario) {
        this.scenario = scenario;
    }

    void threadStarted() {
        threads.increment();
    }

    void processStarted() {
        processes.increment();
    }

    void virtualThreadStarted() {
        virtualThreads.increment();
    }

    /** Says that the JDK may have started threads whose names begin so; spaces and commas would break the line. */
    void jdkThreads(String prefix) {
        jdkPrefixes.add(prefix);
    }

    /** What the name of every thread begins with that the scenario starts itself. */
    public String prefix() {
        return scenario + "-";
    }

    /** Platform threads that the application decided on. */
    public long threads() {
        return threads.sum();
    }

    public long processes() {
        return processes.sum();
    }

    public long virtualThreads() {
        return virtualThreads.sum();
    }

    /** What the names of those threads begin with whose number the JDK decides; in alphabetical order. */
    public Set<String> jdkPrefixes() {
        return Set.copyOf(jdkPrefixes);
    }

    /**
     * The line that tests read: {@code threads=} is a number, or {@code jdk} where the JDK alone decides it, and
     * {@code prefix=} is how those threads' names begin. A scenario that has both kinds names the JDK's in a last
     * field, {@code jdk=}. More than one prefix are separated by commas.
     */
    public String line() {
        String jdk = String.join(",", jdkPrefixes);
        boolean jdkAlone = threads() == 0 && !jdk.isEmpty();
        return "scenario name=%s threads=%s processes=%d virtual=%d prefix=%s%s"
                .formatted(
                        scenario,
                        jdkAlone ? "jdk" : threads(),
                        processes(),
                        virtualThreads(),
                        jdkAlone ? jdk : prefix(),
                        jdkAlone || jdk.isEmpty() ? "" : " jdk=" + jdk);
    }
}
