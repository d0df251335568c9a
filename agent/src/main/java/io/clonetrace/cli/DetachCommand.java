package io.clonetrace.cli;

import io.clonetrace.cli.attach.AgentDetach;
import io.clonetrace.cli.target.TargetJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clonetrace detach}: ends the agent in a JVM, which continues as before. */
@Command(
        name = "detach",
        description =
                "Ends the agent in a JVM, however it was loaded: its source, its threads, its files. Its recording"
                        + " is then complete, and java.lang.Thread as it was before.",
        mixinStandardHelpOptions = true)
final class DetachCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private JvmTarget target;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        TargetJvm jvm = target.attachable();
        err.println("clonetrace: " + AgentDetach.from(jvm, err).sentence());
        return 0;
    }
}
