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

    /** What {@code jdk.JVMInformation} calls the Java arguments: the main class or jar first. */
    static Optional<String> mainClass(String javaArguments) {
        if (javaArguments == null || javaArguments.isBlank()) {
            return Optional.empty();
        }
        String[] words = javaArguments.strip().split(" ", 3);
        // java Program.java (JEP 330; since JDK 22 launcher.SourceLauncher)
        String program = words.length > 1 && words[0].contains("com.sun.tools.javac.launcher.") ? words[1] : words[0];
        return Optional.of(program.substring(program.lastIndexOf('/') + 1));
    }

    /** Whether two recordings with these names are of one JVM. */
    boolean isSame(JvmName other) {
        return pid >= 0 && pid == other.pid && started == other.started && mainClass.equals(other.mainClass);
    }
}
