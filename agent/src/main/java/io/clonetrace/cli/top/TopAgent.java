package io.clonetrace.cli.top;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.cli.attach.AgentDetach;
import io.clonetrace.cli.target.AgentLoad;
import io.clonetrace.cli.target.AgentOwnership;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.cli.target.Waiting;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** The agent in the JVM: one that was there before is used, and stays; one that this brings is taken away. */
final class TopAgent implements AutoCloseable {
    /** Stacks are measured from outside, which costs the JVM nothing. */
    private static final List<String> OPTIONS = List.of("stacks=off");

    private final TargetJvm jvm;
    private final Path jar;
    private final PrintWriter err;
    private final AgentOwnership ownership;
    private boolean brought;
    private int tid;
    private String answer = "";

    private TopAgent(TargetJvm jvm, Path jar, AgentOwnership ownership, PrintWriter err) {
        this.ownership = ownership;
        this.jvm = jvm;
        this.jar = jar;
        this.err = err;
    }

    /**
     * Attaches it unless there is one.
     *
     * @param jar this program's
     * @param recordings how the names of this command's recordings begin: if it is killed, the agent ends and stops
     *     them
     * @param err shows on a terminal how long the end takes
     * @throws IOException if it can't be, saying why
     */
    static TopAgent in(TargetJvm jvm, Path jar, String recordings, PrintWriter err, Waiting waiting)
            throws IOException {
        TopAgent agent = new TopAgent(jvm, jar, new AgentOwnership(recordings), err);
        agent.attach(waiting);
        agent.tid = TaskList.of(jvm.folder()).named(TargetJvm.AGENT_THREAD).orElse(-1);
        return agent;
    }

    private void attach(Waiting waiting) throws IOException {
        if (jvm.hasThread(TargetJvm.AGENT_THREAD)) {
            return;
        }
        TargetJvm.attachable(jvm.pid());
        AttachReply reply = AgentLoad.attach(jvm, jar, AttachOptions.parse(OPTIONS, Path.of("/")), ownership, waiting);
        answer = reply.text().strip();
        if (!reply.done()) {
            throw new IOException(answer.isEmpty() ? "the agent did not start" : answer);
        }
        brought = true;
    }

    /** What it said of its source; empty if it was there before. */
    String answer() {
        return answer;
    }

    /** Whether it is still active: another command may have detached it. */
    boolean isThere() {
        return jvm.hasThread(tid, TargetJvm.AGENT_THREAD);
    }

    @Override
    public void close() throws IOException {
        try (ownership) {
            if (brought && jvm.isStillThere() && isThere()) {
                AgentDetach.from(jvm, err);
            }
        }
    }
}
