package io.clonetrace.cli.attach;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/** An attach, and the stay of this process while the agent's source runs in it. */
public final class AttachRun {
    private static final int FAILED = 1;

    /** The agent is active, but not the source that was asked for. */
    private static final int SOURCE_REFUSED = 4;

    private final AttachOptions options;
    private final PrintWriter err;

    /** @param err where the replies go */
    public AttachRun(AttachOptions options, PrintWriter err) {
        this.options = options;
        this.err = err;
    }

    /** Whether the path of the recording is relative, to a folder that the JVM does not see. */
    public boolean lacksFolder(TargetJvm jvm) throws IOException {
        return options.recordsRelative() && !jvm.shares("mnt");
    }

    /**
     * Attaches, and stays if the source runs here.
     *
     * @return the exit status
     * @throws IOException if the agent could not be loaded, saying why in a sentence
     * @throws SourceRefusedException if a source that has to run in this process can't observe
     */
    public int into(TargetJvm jvm) throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        Optional<AttachedAgent> attached = new AgentAttach(err).into(jvm, options);
        if (attached.isEmpty()) {
            return FAILED;
        }
        try (AttachedAgent agent = attached.get()) {
            if (agent.sourceHere().isEmpty()) {
                return status(agent.lacksSource());
            }
            err.println("clonetrace: " + agent.sourceHere().get().label() + " runs in this process until JVM "
                    + jvm.pid() + " ends, clonetrace detach " + jvm.pid() + ", or Ctrl-C");
            try (Interruption interruption = new Interruption()) {
                agent.await(() -> !interruption.hasCome());
                return interruption.status();
            }
        }
    }

    /**
     * The exit status of an agent that is active: {@code source=auto} and {@code source=none} get what they ask for.
     */
    public int status(boolean lacksSource) {
        String name = options.parsed().source().name();
        boolean named = !name.equals(SourceKind.AUTO) && !name.equals(SourceKind.NONE.label());
        return named && lacksSource ? SOURCE_REFUSED : 0;
    }
}
