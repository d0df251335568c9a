package io.clonetrace.report.model;

import java.util.Optional;

/**
 * Which JVM a recording is of.
 *
 * @param host the HOSTNAME of its environment, which containers have; empty if it has none: JFR records no host
 * @param pid as the JVM itself knows it; {@link Event#ABSENT} if not recorded
 * @param started when the JVM started, in nanoseconds since the epoch; {@link Event#ABSENT} if not recorded
 * @param mainClass its main class or jar, without a folder; empty if not recorded
 */
public record JvmName(Optional<String> host, long pid, long started, Optional<String> mainClass) {
    /** Of a recording without {@code jdk.JVMInformation}. */
    public static final JvmName UNKNOWN = new JvmName(Optional.empty(), Event.ABSENT, Event.ABSENT, Optional.empty());

    /** JDK 27 records this in the place of an argument or a value that may be secret (JEP 536). */
    static final String REDACTED = "[REDACTED]";

    /** Nanoseconds. */
    private static final long SAME_START = 1_000_000_000;

    /** What {@code jdk.JVMInformation} calls the Java arguments: the main class or jar first. */
    public static Optional<String> mainClass(String javaArguments) {
        if (javaArguments == null || javaArguments.isBlank()) {
            return Optional.empty();
        }
        String[] words = javaArguments.strip().split(" ", 3);
        // java Program.java (JEP 330; since JDK 22 launcher.SourceLauncher)
        String program = words.length > 1 && words[0].contains("com.sun.tools.javac.launcher.") ? words[1] : words[0];
        return program.equals(REDACTED)
                ? Optional.empty()
                : Optional.of(program.substring(program.lastIndexOf('/') + 1));
    }

    /**
     * Whether two recordings with these names are of one JVM. Each chunk has its start anew, which differs by
     * milliseconds where it is computed from another clock. Without pids, it must be the same.
     */
    public boolean isSame(JvmName other) {
        boolean known = pid >= 0 || started > 0;
        long tolerance = pid >= 0 ? SAME_START : 0;
        return known
                && pid == other.pid
                && mainClass.equals(other.mainClass)
                && Math.abs(started - other.started) <= tolerance
                && (host.isEmpty() || other.host.isEmpty() || host.equals(other.host));
    }
}
