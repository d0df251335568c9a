package io.clonetrace.cli.target;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.LockedFolder;
import io.clonetrace.linux.file.OpenFile;
import io.clonetrace.run.RunUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder in a JVM's own {@code /tmp}, where its attach socket is too, for what this process and the JVM share. This
 * user owns the folder, so that no other user can replace files in it; the JVM owns the files that it writes.
 */
final class SharedFolder implements AutoCloseable {
    private static final Path TEMPORARY = Path.of("/tmp");
    private static final int ONLY_ITS_USER = 0600;

    private final LockedFolder folder;
    private final RunUser user;
    private final boolean others;

    private SharedFolder(LockedFolder folder, RunUser user, boolean others) {
        this.folder = folder;
        this.user = user;
        this.others = others;
    }

    /**
     * Makes it.
     *
     * @param temporary the JVM's /tmp; closed with this
     * @param user the JVM's
     */
    static SharedFolder make(Folder temporary, RunUser user) throws LinuxException, IOException {
        try {
            boolean others =
                    !Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(user.user());
            return new SharedFolder(LockedFolder.make(temporary, "attach", others), user, others);
        } catch (LinuxException | IOException failed) {
            temporary.close();
            throw failed;
        }
    }

    /** Whether the JVM is another user's. */
    boolean isOthers() {
        return others;
    }

    /** Makes an empty file that the JVM may write into. */
    OpenFile makeFile(String name) throws LinuxException {
        OpenFile made = folder.folder().makeFile(name, ONLY_ITS_USER);
        try {
            if (others) {
                made.give(user.user(), user.group());
            }
            return made;
        } catch (LinuxException refused) {
            made.close();
            throw refused;
        }
    }

    /** The folder itself. */
    Folder folder() {
        return folder.folder();
    }

    /** Its path in the JVM. */
    Path seen() {
        return TEMPORARY.resolve(folder.name());
    }

    /** Removes it with its files; a process that has one open keeps it. May be called by any thread. */
    void remove() {
        folder.remove();
    }

    @Override
    public void close() {
        folder.close();
    }
}
