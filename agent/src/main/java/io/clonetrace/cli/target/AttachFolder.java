package io.clonetrace.cli.target;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.agent.attach.AttachRequest;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.LockedFolder;
import io.clonetrace.linux.file.OpenFile;
import io.clonetrace.run.RunUser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a JVM gets while the agent is attached to it: a file for its reply, and a copy of the jar if it can't see the
 * command's. In its own /tmp, where its attach socket is too. This user owns the folder and the jar, so that no other
 * user can replace them; the JVM owns the reply.
 */
final class AttachFolder implements AutoCloseable {
    private static final Path TEMPORARY = Path.of("/tmp");
    private static final String ANSWER = "answer";
    private static final String JAR = "clonetrace.jar";
    private static final int ONLY_ITS_USER = 0600;
    private static final int ALL_MAY_READ = 0444;
    private static final int PIECE = 1 << 16;

    private final LockedFolder folder;
    private final OpenFile answer;
    private final Path jar;

    private AttachFolder(LockedFolder folder, OpenFile answer, Path jar) {
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
        boolean other = !isSelf(user);
        LockedFolder folder = make(temporary, other);
        try {
            boolean copied = other || !sameMounts;
            if (copied) {
                copy(jar, folder.folder());
            }
            OpenFile answer = answer(folder.folder(), user, other);
            return new AttachFolder(folder, answer, copied ? seen(folder).resolve(JAR) : jar);
        } catch (LinuxException | IOException | RuntimeException failed) {
            folder.close();
            throw failed;
        }
    }

    private static LockedFolder make(Folder temporary, boolean other) throws LinuxException {
        try {
            return LockedFolder.make(temporary, "attach", other);
        } catch (LinuxException failed) {
            temporary.close();
            throw failed;
        }
    }

    private static OpenFile answer(Folder into, RunUser user, boolean other) throws LinuxException {
        OpenFile answer = into.makeFile(ANSWER, ONLY_ITS_USER);
        try {
            if (other) {
                answer.give(user.user(), user.group());
            }
            return answer;
        } catch (LinuxException refused) {
            answer.close();
            throw refused;
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

    /** Its path in the JVM. */
    private static Path seen(LockedFolder folder) {
        return TEMPORARY.resolve(folder.name());
    }

    private static boolean isSelf(RunUser user) throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(user.user());
    }

    /** The jar, by its path in the JVM. */
    Path jar() {
        return jar;
    }

    /** The request for the agent, with these options. */
    String request(String options) {
        return AttachRequest.text(jar.toUri(), seen(folder).resolve(ANSWER), options);
    }

    /** The JVM's reply, from the file that was made for it, whatever has its name by now. */
    AttachReply answer() throws IOException {
        try {
            return AttachReply.of(answer.read(AttachReply.LONGEST));
        } catch (LinuxException unreadable) {
            throw new IOException(unreadable.getMessage(), unreadable);
        }
    }

    @Override
    public void close() {
        answer.close();
        folder.close();
    }

    /** Removes it; a JVM that answers later finds no file. May be called by any thread. */
    void remove() {
        folder.remove();
    }
}
