package io.clonetrace.cli.target;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.OpenFile;
import java.util.Optional;

/**
 * Makes the agent that this process attaches end with it, however this process ends: it holds the file for the agent's
 * reply locked until it is closed ({@link io.clonetrace.agent.attach.AttachOwner} is the other side).
 */
public final class AgentOwnership implements AutoCloseable {
    private final String recordings;
    private Optional<OpenFile> held = Optional.empty();

    /**
     * @param recordings how the names of the recordings begin that the agent stops then; of letters, digits, hyphens
     */
    public AgentOwnership(String recordings) {
        this.recordings = recordings;
    }

    /** The options for an agent that will reply into that file; unchanged where files can't be locked. */
    AttachOptions of(AttachOptions options, AttachFolder folder) {
        try {
            held = Optional.of(folder.lockAnswer());
            return options.ownedBy(recordings);
        } catch (LinuxException noLocks) {
            return options;
        }
    }

    /** Gives it up: the agent ends within a second or two, if it is still there. */
    @Override
    public void close() {
        held.ifPresent(OpenFile::close);
    }
}
