package io.clonetrace.cli;

import io.clonetrace.agent.options.RecordingName;
import io.clonetrace.cli.attach.AgentDump;
import io.clonetrace.cli.output.OutputFile;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.cli.target.TemporaryRecording;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace dump}: writes what an agent's own recording holds so far. */
@Command(
        name = "dump",
        description = {
            "Writes what the agent in a JVM has recorded so far, of record=FILE; the agent records on. The JVM writes into its"
                    + " own /tmp, from where this command copies: so it works for JVMs of other users and in containers."
        },
        mixinStandardHelpOptions = true)
final class DumpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JvmTarget target;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE.jfr",
            defaultValue = "clonetrace-%p-%t.jfr",
            description =
                    "the file to write, which must not be a recording yet; %%p in its name is the JVM's pid, %%t the"
                            + " time, %%h the host (default: clonetrace-%%p-%%t.jfr)")
    private String name;

    @Override
    public Integer call() throws IOException {
        TargetJvm jvm = target.attachable();
        Path file = Path.of(RecordingName.expand(name, jvm.pid()));
        Optional<String> refusal = OutputFile.refusal(file, List.of());
        if (refusal.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "FILE.jfr can't replace " + refusal.get() + "; %t in its name is the time");
        }
        PrintWriter err = spec.commandLine().getErr();
        String goesOn;
        try (TemporaryRecording recording = TemporaryRecording.make(jvm)) {
            goesOn = AgentDump.from(jvm, recording.inJvm(), err);
            try (InputStream content = Files.newInputStream(recording.path());
                    OutputStream copy = OutputFile.open(file)) {
                content.transferTo(copy);
            }
        }
        err.println("clonetrace: " + file.toAbsolutePath() + " has what JVM " + jvm.pid()
                + " recorded so far; recording " + goesOn + " goes on");
        return 0;
    }
}
