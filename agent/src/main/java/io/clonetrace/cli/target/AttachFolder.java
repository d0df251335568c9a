package io.clonetrace.cli.target;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.agent.attach.AttachRequest;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.OpenFile;
import io.clonetrace.run.RunUser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a JVM gets while the agent is attached to it: a file for its reply, and a copy of the jar if it can't see the
 * command's. This user owns the jar, so that no other user can replace it.
 */
final class AttachFolder implements AutoCloseable {
    private static final String ANSWER = "answer";
    private static final String JAR = "clonetrace.jar";
    private static final int ALL_MAY_READ = 0444;
    private static final int PIECE = 1 << 16;

    private final SharedFolder folder;
    private final OpenFile answer;
    private final Path jar;
    private boolean kept;

    private AttachFolder(SharedFolder folder, OpenFile answer, Path jar) {
        this.folder = folder;
        this.answer = answer;
        this.jar = jar;
    }

    /**
     * Makes it. The jar is copied for a JVM of another user or with other mounts: it may not see this one, or see
     * another file by that path. A JVM that has answered has the copy open, so that it can be removed.
     */
    static AttachFolder make(TargetJvm jvm, Path jar) throws IOException {
        try {
            return make(jvm.temporary(), jvm.user(), jar, jvm.shares("mnt"));
        } catch (LinuxException failed) {
            throw new IOException("the JVM can't be given a place for its answer: " + failed.getMessage(), failed);
        }
    }

    /**
     * The same.
     *
     * @param temporary the JVM's /tmp; closed with this
     * @param sameMounts whether the JVM sees the same files as this process
     */
    static AttachFolder make(Folder temporary, RunUser user, Path jar, boolean sameMounts)
            throws LinuxException, IOException {
        SharedFolder folder = SharedFolder.make(temporary, user);
        try {
            boolean copied = folder.isOthers() || !sameMounts;
            if (copied) {
                copy(jar, folder.folder());
            }
            return new AttachFolder(
                    folder, folder.makeFile(ANSWER), copied ? folder.seen().resolve(JAR) : jar);
        } catch (LinuxException | IOException | RuntimeException failed) {
            folder.close();
            throw failed;
        }
    }

    private static void copy(Path jar, Folder into) throws LinuxException, IOException {
        try (OpenFile copy = into.makeFile(JAR, ALL_MAY_READ);
                InputStream bytes = Files.newInputStream(jar)) {
            for (byte[] piece = bytes.readNBytes(PIECE); piece.length > 0; piece = bytes.readNBytes(PIECE)) {
                copy.write(piece);
            }
        }
    }

    /** The jar, by its path in the JVM. */
    Path jar() {
        return jar;
    }

    /** The request for the agent, with these options. */
    String request(String options) {
        return AttachRequest.text(jar.toUri(), folder.seen().resolve(ANSWER), options);
    }

    /** The JVM's reply, from the file that was made for it, whatever has its name by now. */
    AttachReply answer() throws IOException {
        try {
            return AttachReply.of(answer.read(AttachReply.LONGEST));
        } catch (LinuxException unreadable) {
            throw new IOException(unreadable.getMessage(), unreadable);
        }
    }

    /**
     * Locks the file for the reply, which then stays open when this is closed.
     *
     * @throws LinuxException if this file system has no locks
     */
    OpenFile lockAnswer() throws LinuxException {
        answer.lock();
        kept = true;
        return answer;
    }

    @Override
    public void close() {
        if (!kept) {
            answer.close();
        }
        folder.close();
    }

    /** Whether the JVM has replied, complete or not. May be called by any thread. */
    boolean isAnswered() {
        try {
            return answer.status().size() > 0;
        } catch (LinuxException closed) {
            return false;
        }
    }

    /** Removes it; a JVM that answers later finds no file. May be called by any thread. */
    void remove() {
        folder.remove();
    }
}
