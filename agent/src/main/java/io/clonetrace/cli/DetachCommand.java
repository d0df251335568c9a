package io.clonetrace.cli;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.cli.target.AgentLoad;
import io.clonetrace.cli.target.AttachRoom;
import io.clonetrace.cli.target.DetachByFile;
import io.clonetrace.cli.target.JvmName;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.report.text.PlainText;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace detach}: ends the agent in a JVM, which continues as before. */
@Command(
        name = "detach",
        description =
                "Ends the agent in a JVM, however it was loaded: its source, its threads, its files. Its recording"
                        + " is then complete, and java.lang.Thread as it was before.",
        mixinStandardHelpOptions = true)
final class DetachCommand implements Callable<Integer> {
    private static final int LONGEST_LINE = 4000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PID", description = "the JVM: its pid, or the name of its jar or main class")
    private String target;

    private int pid;

    @Override
    public Integer call() throws IOException {
        Clonetrace.requireSupportedJvm();
        pid = JvmName.pid(target);
        TargetJvm jvm = TargetJvm.attachable(pid);
        // Nothing is loaded into a JVM without an agent.
        AttachReply answer = jvm.hasThread(TargetJvm.AGENT_THREAD) ? detach(jvm) : none();
        if (!answer.done()) {
            throw new IOException(
                    answer.text().isEmpty()
                            ? "no clonetrace agent is active in JVM " + pid
                            : "the agent in JVM " + pid + " has not ended: "
                                    + answer.text().strip());
        }
        // The JVM wrote the path, and this may be root's terminal.
        String recording = PlainText.begin(answer.text().strip(), LONGEST_LINE);
        spec.commandLine()
                .getErr()
                .println("clonetrace: the agent in JVM " + pid + " has ended"
                        + (recording.isEmpty() ? "" : "; " + recording + " is complete"));
        return 0;
    }

    private AttachReply detach(TargetJvm jvm) throws IOException {
        try (WaitLine line = new WaitLine(spec.commandLine().getErr(), "JVM " + pid + " ends its agent")) {
            if (AttachRoom.fitsDetach(jvm.folder())) {
                return AgentLoad.detach(jvm, AttachCommand.jar(), line);
            }
            DetachByFile.ask(jvm, line);
            return new AttachReply(true, -1, "");
        }
    }

    private static AttachReply none() {
        return new AttachReply(false, -1, "");
    }
}
