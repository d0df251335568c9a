package io.clonetrace.cli;

import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.SupportedJvm;
import io.clonetrace.trace.SourceKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code clonetrace demo}: starts a JVM with the agent and {@code demo=true}. */
@Command(
        name = "demo",
        description = "Creates a task in every way - a Java thread, pthread_create, raw clone and clone3, fork,"
                + " posix_spawn - and compares what the kernel saw of each.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = SourceKind.AUTO,
            description = "source of clone flags, as in the agent's option source (default: ${DEFAULT-VALUE})")
    private String source;

    @Option(names = "--record", paramLabel = "FILE.jfr", description = "also write a flight recording")
    private Path record;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String options =
                "demo=true,source=" + source + (record == null ? "" : ",record=" + Recordings.writable(record));
        try {
            AgentOption.check(options);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        Clonetrace.requireFlightRecorder();
        SupportedJvm.require();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-javaagent:" + ProgramJar.file() + "=" + options);
        // A main program for the JVM; the agent's table is on stderr.
        command.addAll(List.of("-jar", ProgramJar.file().toString(), "--version"));
        Process jvm = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String table = new String(jvm.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        spec.commandLine().getOut().print(table);
        spec.commandLine().getOut().flush();
        return jvm.waitFor();
    }
}
