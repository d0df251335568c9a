package io.clonetrace.micro;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs them, each in JVMs of its own, without the agent or with it.
 *
 * @param jar clonetrace.jar
 * @param recording the file that JVMs record into
 * @param depth how long
 */
record Benchmarks(Path jar, Path recording, Depth depth) {
    /** How long it is measured. */
    enum Depth {
        /** Shows only that each still works. */
        SMOKE(1, 10),
        QUICK(1, 300),
        FULL(3, 1_000);

        private final int forks;
        private final long iterationMillis;

        Depth(int forks, long iterationMillis) {
            this.forks = forks;
            this.iterationMillis = iterationMillis;
        }
    }

    /** In the JVM as it is. */
    List<RunResult> plain(String benchmark) throws RunnerException {
        return run(benchmark, List.of());
    }

    /** With a flight recording by JFR's own settings, without the agent. */
    List<RunResult> withJfr(String benchmark) throws RunnerException {
        return run(benchmark, List.of("-Xlog:jfr+startup=error", "-XX:StartFlightRecording=filename=" + recording));
    }

    /** With the agent, without a recording. */
    List<RunResult> withAgent(String benchmark, String options) throws RunnerException {
        return run(benchmark, List.of("-javaagent:" + jar + "=wait=20s," + options));
    }

    /** With the agent's own recording. */
    List<RunResult> recordedByAgent(String benchmark, String options) throws RunnerException {
        // One for each fork: the agent would keep an earlier one, and print that in the middle of the table.
        return withAgent(benchmark, options + ",record=" + recording.resolveSibling("micro-%p.jfr"));
    }

    private List<RunResult> run(String benchmark, List<String> jvmArguments) throws RunnerException {
        List<String> arguments = new ArrayList<>(jvmArguments);
        arguments.addAll(List.of("-Xmx256m", "--add-opens", "java.base/java.lang=ALL-UNNAMED"));
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + Pattern.quote(benchmark) + "$")
                .jvmArgs(arguments.toArray(new String[0]))
                .addProfiler(GCProfiler.class)
                .forks(depth.forks)
                .warmupTime(TimeValue.milliseconds(depth.iterationMillis))
                .measurementTime(TimeValue.milliseconds(depth.iterationMillis))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        if (depth == Depth.SMOKE) {
            options.warmupIterations(1).measurementIterations(1);
        }
        return List.copyOf(new Runner(options.build()).run());
    }
}
