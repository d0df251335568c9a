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

/** The folder of one run's pipes. It is this user's; of what is in it, the reader may open its pipes. */
final class RunFolder implements AutoCloseable {
    private final LockedFolder folder;
    private final Optional<RunUser> reader;

    private RunFolder(LockedFolder folder, Optional<RunUser> reader) {
        this.folder = folder;
        this.reader = reader;
    }

    /** @param reader who reads the pipes; empty for this process's own user */
    static RunFolder make(Optional<RunUser> reader) throws IOException {
        Path temporary = TemporaryFolder.path();
        StaleFileSweeper.sweep(temporary);
        try {
            return make(reader, Folder.open(temporary));
        } catch (LinuxException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }

    /** @param parent the folder for temporary files in which it is made; closed with this one */
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

    /** Makes the pipe of a process, which its reader finds once it is {@link #ready}. */
    Fifo pipe(int process) throws LinuxException {
        // A process of that pid may have ended, and not been seen to.
        remove(process);
        folder.folder().remove(unready(process));
        Fifo pipe = Fifo.create(folder.folder(), unready(process));
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

    /** Gives the pipe its name. */
    void ready(int process) throws LinuxException {
        folder.folder().rename(unready(process), Integer.toString(process));
    }

    /** Removes the pipe's name. */
    void remove(int process) {
        folder.folder().remove(Integer.toString(process));
    }

    /**
     * Whether the reader of a process's pipe may know where the process has its memory. Of a program with another
     * user's rights (set-user-ID, set-group-ID) or with capabilities of its file it may not: proc_pid_maps(5) is root's
     * then (proc_pid(5), "dumpable").
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

    private static String unready(int process) {
        return "." + process;
    }

    @Override
    public void close() {
        folder.close();
    }
}
