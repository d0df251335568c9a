package io.clonetrace.cli;

import io.clonetrace.agent.Answer;
import io.clonetrace.linux.LeftOvers;
import io.clonetrace.run.RunUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What a JVM is given while something is attached to it: a place for its answer, and the jar where it can't see ours.
 * In its own /tmp, where its attach socket is too, and its user's alone.
 */
final class AttachFolder implements AutoCloseable {
    private static final Path TEMPORARY = Path.of("/tmp");

    private final Path seen;
    private final Path own;
    private final Path answer;
    private final Path jar;
    private final boolean jarIsCopy;

    private AttachFolder(Path seen, Path own, Path jar, boolean jarIsCopy) {
        this.seen = seen;
        this.own = own;
        this.answer = seen.resolve("answer");
        this.jar = jar;
        this.jarIsCopy = jarIsCopy;
    }

    /**
     * Makes it. The jar is copied for a JVM of another user or with other mounts: it may not see ours, or something
     * else by that name. The JVM has it open when it has answered, so that the copy needs no name any more.
     */
    static AttachFolder make(TargetJvm jvm, Path jar) throws IOException {
        if (jvm.shares("pid")) {
            // Elsewhere the pids in the names are none of ours.
            LeftOvers.sweep(jvm.inside(TEMPORARY));
        }
        Path seen = Files.createTempDirectory(
                jvm.inside(TEMPORARY),
                "clonetrace-attach-" + ProcessHandle.current().pid() + "-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path own = TEMPORARY.resolve(seen.getFileName());
        RunUser user = jvm.user();
        boolean copied =
                !jvm.shares("mnt") || !Files.getAttribute(seen, "unix:uid").equals(user.user());
        AttachFolder folder = new AttachFolder(seen, own, copied ? own.resolve("clonetrace.jar") : jar, copied);
        try {
            Files.createFile(
                    folder.answer, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (copied) {
                Files.copy(jar, seen.resolve("clonetrace.jar"));
                give(seen.resolve("clonetrace.jar"), user);
            }
            give(folder.answer, user);
            give(seen, user);
            return folder;
        } catch (IOException | RuntimeException failed) {
            folder.close();
            throw failed;
        }
    }

    /** The jar, by its path in the JVM. */
    Path jar() {
        return jar;
    }

    /** What comes in front of the agent's options. */
    String before() {
        String uri = jar.toUri().toString().replace(",", "%2C");
        return "jar=" + uri + ",answer=" + own.resolve("answer");
    }

    Answer answer() throws IOException {
        return Answer.read(answer);
    }

    @Override
    public void close() {
        remove();
    }

    /** Takes it away; who answers later finds that nobody waits. May be called by any thread. */
    void remove() {
        answer.toFile().delete();
        if (jarIsCopy) {
            seen.resolve("clonetrace.jar").toFile().delete();
        }
        seen.toFile().delete();
    }

    private static void give(Path file, RunUser user) throws IOException {
        if (!Files.getAttribute(file, "unix:uid").equals(user.user())) {
            Files.setAttribute(file, "unix:gid", user.group());
            Files.setAttribute(file, "unix:uid", user.user());
        }
    }
}
