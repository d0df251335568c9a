package io.clonetrace.report.read;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file for what was unpacked. It loses its name as soon as it is open, so that a process that is killed leaves
 * nothing.
 */
final class ScratchFile implements Closeable {
    /** In the middle of its name is the pid: what has not lost its name yet is swept when its process is gone. */
    private static final String PREFIX = "clonetrace-" + ProcessHandle.current().pid() + "-";

    private final FileChannel content;

    private ScratchFile(FileChannel content) {
        this.content = content;
    }

    /** Makes one in that folder, readable by this user alone. */
    static ScratchFile in(Path folder) throws IOException {
        Path name = Files.createTempFile(folder, PREFIX, ".chunk");
        try {
            return new ScratchFile(FileChannel.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } finally {
            Files.delete(name);
        }
    }

    FileChannel content() {
        return content;
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
