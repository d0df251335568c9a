package io.clonetrace.cli.attach;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.cli.target.AgentLoad;
import io.clonetrace.cli.target.AttachRoom;
import io.clonetrace.cli.target.DetachByFile;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.TargetJvm;
import java.io.IOException;
import java.io.PrintWriter;

/** Ends the agent in a JVM, which continues as before. */
public final class AgentDetach {
    private AgentDetach() {}

    /**
     * An agent that has ended.
     *
     * @param pid the JVM's
     * @param recording the file of its own recording, as the JVM sees it; empty if it had none
     */
    public record Ended(long pid, String recording) {
        /** The same for people. */
        public String sentence() {
            return "the agent in JVM " + pid + " has ended"
                    + (recording.isEmpty() ? "" : "; recording " + AgentReplies.path(recording) + " is complete");
        }
    }

    /**
     * Ends it, and waits for that.
     *
     * @param err shows on a terminal how long it takes
     * @throws IOException if no agent is active, or it has not ended, saying why in a sentence
     */
    public static Ended from(TargetJvm jvm, PrintWriter err) throws IOException {
        // Nothing is loaded into a JVM without an agent.
        AttachReply answer = jvm.hasThread(TargetJvm.AGENT_THREAD) ? detach(jvm, err) : AttachReply.failed("");
        if (!answer.done()) {
            throw new IOException(
                    answer.text().isEmpty()
                            ? "no clonetrace agent is active in JVM " + jvm.pid()
                            : "the agent in JVM " + jvm.pid() + " has not ended: "
                                    + answer.text().strip());
        }
        return new Ended(jvm.pid(), answer.recording());
    }

    private static AttachReply detach(TargetJvm jvm, PrintWriter err) throws IOException {
        try (WaitLine line = new WaitLine(err, "JVM " + jvm.pid() + " ends its agent")) {
            if (AttachRoom.fitsDetach(jvm.folder())) {
                return AgentLoad.detach(jvm, ProgramJar.path(), line);
            }
            DetachByFile.ask(jvm, line);
            return new AttachReply(true, -1, "");
        }
    }
}
