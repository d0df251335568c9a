package io.clonetrace.linux.file;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * A temporary folder for what this process shares with a JVM: {@code run}'s pipes, or the jar and the reply of
 * {@code attach}. This user owns it, so that no other user can create files in it. It is locked while this process
 * lives: a folder that can be locked is stale, whatever pid namespace its process was in.
 */
public final class LockedFolder implements AutoCloseable {
    private static final int ONLY_THIS_USER = 0700;

    /** Every user can open the files whose names it knows, if their permissions allow it. */
    private static final int ALL_MAY_ENTER = 0711;

    private static final String PREFIX = "clonetrace-";

    /** Folders of version 0.1 have longer numbers and no locks; whether they are in use can't be told. */
    private static final Pattern OURS = Pattern.compile(PREFIX + "(?:run|attach)-\\d+-[0-9a-f]{8}");

    /** The names of the files in such folders; a pipe that is not ready yet begins with a dot. */
    private static final Pattern FILES = Pattern.compile("answer|clonetrace\\.jar|recording\\.jfr|\\.?\\d+");

    /** More than a folder for temporary files usually holds; another user could create any number. */
    private static final int MOST = 1 << 16;

    private static final int TRIES = 100;

    private final Folder parent;
    private final String name;
    private final Folder folder;

    private LockedFolder(Folder parent, String name, Folder folder) {
        this.parent = parent;
        this.name = name;
        this.folder = folder;
    }

    /**
     * Makes one, and removes stale ones.
     *
     * @param parent the folder for temporary files; closed with this one
     * @param purpose {@code run} or {@code attach}
     * @param others whether other users must be able to open files in it
     * @throws LinuxException if none can be made
     */
    public static LockedFolder make(Folder parent, String purpose, boolean others) throws LinuxException {
        sweep(parent);
        LinuxException gone = null;
        for (int i = 0; i < TRIES; i++) {
            String name = PREFIX
                    + purpose
                    + '-'
                    + LibC.getpid()
                    + '-'
                    + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
            try {
                Folder made = parent.makeFolder(name, others ? ALL_MAY_ENTER : ONLY_THIS_USER);
                if (isHeld(made)) {
                    return new LockedFolder(parent, name, made);
                }
                made.close();
            } catch (LinuxException failed) {
                // Until it is locked, a sweep by another process may remove it at any step.
                if (failed.errno() == Errno.ENOENT.value()) {
                    gone = failed;
                } else if (failed.errno() != Errno.EEXIST.value()) {
                    throw failed;
                }
            }
        }
        if (gone != null) {
            throw gone;
        }
        throw new LinuxException("no folder could be made in " + parent + ": other users take its names");
    }

    /** Whether it is locked and still exists: until it was locked, another process could sweep it. */
    private static boolean isHeld(Folder made) throws LinuxException {
        try {
            if (!made.lock()) {
                return false;
            }
        } catch (LinuxException noLocks) {
            // Then other processes can't lock it either, and leave it alone.
        }
        return made.status().links() > 0;
    }

    /** Removes this user's folders that no process has locked. */
    static void sweep(Folder parent) {
        try {
            for (String name : parent.names(MOST)) {
                if (OURS.matcher(name).matches()) {
                    sweep(parent, name);
                }
            }
        } catch (LinuxException unreadable) {
            // Stale files of another process are no reason not to start this one.
        }
    }

    private static void sweep(Folder parent, String name) {
        try (Folder left = parent.folder(name)) {
            if (Folder.isOwn(left.status()) && left.lock()) {
                remove(parent, name, left);
            }
        } catch (LinuxException others) {
            // Gone, another user's, or no folder.
        }
    }

    private static void remove(Folder parent, String name, Folder folder) {
        try {
            List<String> files = folder.names(MOST);
            files.stream().filter(file -> FILES.matcher(file).matches()).forEach(folder::remove);
        } catch (LinuxException unreadable) {
            // The next call fails if any file is left.
        }
        parent.removeFolder(name);
    }

    /** The folder itself. */
    public Folder folder() {
        return folder;
    }

    /** Its name in its parent. */
    public String name() {
        return name;
    }

    /** Its path, as its parent's was given. */
    public Path path() {
        return Path.of(parent.toString(), name);
    }

    /** Removes it with its files; a process that has one open keeps it. May be called by any thread. */
    public void remove() {
        remove(parent, name, folder);
    }

    @Override
    public void close() {
        remove();
        folder.close();
        parent.close();
    }
}
