package io.clonetrace.cli.target;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.OpenFile;
import java.io.IOException;
import java.nio.file.Path;

/** A file in a JVM's own /tmp, into which the JVM writes a recording for this process. It is removed at the end. */
public final class TemporaryRecording implements AutoCloseable {
    /** {@link io.clonetrace.linux.file.LockedFolder} knows it, to remove what a killed command left. */
    private static final String NAME = "recording.jfr";

    private final SharedFolder folder;
    private final OpenFile file;
    private final boolean sameMounts;
    private final Thread interrupted = new Thread(this::remove);

    private TemporaryRecording(SharedFolder folder, OpenFile file, boolean sameMounts) {
        this.folder = folder;
        this.file = file;
        this.sameMounts = sameMounts;
        Runtime.getRuntime().addShutdownHook(interrupted);
    }

    /**
     * Makes it, empty.
     *
     * @throws IOException if that can't be done, saying why in a sentence
     */
    public static TemporaryRecording make(TargetJvm jvm) throws IOException {
        try {
            boolean sameMounts = jvm.shares("mnt");
            SharedFolder folder = SharedFolder.make(jvm.temporary(), jvm.user());
            try {
                return new TemporaryRecording(folder, folder.makeFile(NAME), sameMounts);
            } catch (LinuxException | RuntimeException failed) {
                folder.close();
                throw failed;
            }
        } catch (LinuxException failed) {
            throw new IOException(
                    "there is no place for a recording in JVM " + jvm.pid() + "'s /tmp: " + failed.getMessage(),
                    failed);
        }
    }

    /** Its path in the JVM. */
    public Path inJvm() {
        return folder.seen().resolve(NAME);
    }

    /** A path by which this process reads it, also after the JVM has ended. */
    public Path path() {
        return sameMounts ? inJvm() : file.link();
    }

    private void remove() {
        folder.remove();
    }

    @Override
    public void close() {
        file.close();
        folder.close();
        AgentLoad.forget(interrupted);
    }
}
