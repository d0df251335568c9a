package io.clonetrace.run;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.Fifo;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.LockedFolder;
import io.clonetrace.linux.file.StaleFileSweeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The folder of one run's pipes. This user owns it; the reader may only open its own pipes there. */
final class RunFolder implements AutoCloseable {
    private final LockedFolder folder;
    private final Optional<RunUser> reader;

    private RunFolder(LockedFolder folder, Optional<RunUser> reader) {
        this.folder = folder;
        this.reader = reader;
    }

    /** @param reader the user that reads the pipes; empty for this process's own user */
    static RunFolder make(Optional<RunUser> reader) throws IOException {
        Path temporary = TemporaryFolder.path();
        StaleFileSweeper.sweep(temporary);
        try {
            return make(reader, Folder.open(temporary));
        } catch (LinuxException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }

    /** @param parent the folder for temporary files in which to create it; closed with this one */
    static RunFolder make(Optional<RunUser> reader, Folder parent) throws IOException {
        try {
            return new RunFolder(LockedFolder.make(parent, "run", reader.isPresent()), reader);
        } catch (LinuxException failed) {
            parent.close();
            throw new IOException("no folder can be made for the pipes: " + failed.getMessage(), failed);
        }
    }

    Path path() {
        return folder.path();
    }

    /** Creates the pipe of that name; its reader finds it once it is {@link #ready}. */
    Fifo pipe(String name) throws LinuxException {
        // An earlier process of that pid may have ended unseen.
        remove(name);
        folder.folder().remove(unready(name));
        Fifo pipe = Fifo.create(folder.folder(), unready(name));
        try {
            if (reader.isPresent()) {
                pipe.give(reader.get().user(), reader.get().group());
            }
            return pipe;
        } catch (LinuxException refused) {
            pipe.close();
            throw refused;
        }
    }

    /** Gives the pipe its name, under which its reader looks for it. */
    void ready(String name) throws LinuxException {
        folder.folder().rename(unready(name), name);
    }

    /** Removes the pipe's name. */
    void remove(String name) {
        folder.folder().remove(name);
    }

    /**
     * Whether the reader of a process's pipe may know the process's addresses. It may not for a program with another
     * user's rights (set-user-ID, set-group-ID) or with file capabilities: its proc_pid_maps(5) then belongs to root
     * (proc_pid(5), "dumpable").
     */
    boolean mayKnowAddresses(int process) {
        if (reader.isEmpty()) {
            return true;
        }
        try {
            Map<String, Object> owner = Files.readAttributes(Path.of("/proc/" + process + "/maps"), "unix:uid,gid");
            return owner.get("uid").equals(reader.get().user())
                    && owner.get("gid").equals(reader.get().group());
        } catch (IOException ended) {
            return false;
        }
    }

    private static String unready(String name) {
        return "." + name;
    }

    @Override
    public void close() {
        folder.close();
    }
}
