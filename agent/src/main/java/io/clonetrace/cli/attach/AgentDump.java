package io.clonetrace.cli.attach;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.cli.target.AgentLoad;
import io.clonetrace.cli.target.AttachRoom;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.TargetJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/** Has an agent write what its own recording holds so far; the recording goes on. */
public final class AgentDump {
    private AgentDump() {}

    /**
     * Writes it.
     *
     * @param file by its path in the JVM; empty, or not there yet
     * @param err shows on a terminal how long it takes
     * @return the file of the recording that goes on, by its path in the JVM
     * @throws IOException if no agent is active, or it has no recording, saying why and what to do in a sentence
     */
    public static String from(TargetJvm jvm, Path file, PrintWriter err) throws IOException {
        long pid = jvm.pid();
        if (!jvm.hasThread(TargetJvm.AGENT_THREAD)) {
            throw new IOException("no clonetrace agent is active in JVM " + pid
                    + "; to record from now on: clonetrace attach " + pid + " record=FILE.jfr");
        }
        if (!AttachRoom.fitsDetach(jvm.folder())) {
            throw new IOException("JVM " + pid + " is so near to a limit that no request can be sent to it; clonetrace"
                    + " detach " + pid + " completes its recording");
        }
        try (WaitLine line = new WaitLine(err, "JVM " + pid + " writes its recording")) {
            AttachReply answer = AgentLoad.dump(jvm, ProgramJar.path(), file, line);
            if (!answer.done()) {
                throw new IOException("JVM " + pid + " has not written its recording: "
                        + AgentReplies.path(answer.text().strip().replace("PID", "" + pid)));
            }
            return AgentReplies.path(answer.recording());
        }
    }
}
