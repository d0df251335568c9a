package io.clonetrace.report.read;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file for one chunk at a time, since JFR's parser wants a file that begins with the chunk, or for a recording that
 * was unpacked. It loses its name as soon as it is open, so that a process that is killed leaves nothing; the parser
 * opens it by its descriptor in /proc.
 */
final class ScratchFile implements Closeable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    /** In the middle of its name is the pid: what has not lost its name yet is swept when its process is gone. */
    private static final String PREFIX = "clonetrace-" + ProcessHandle.current().pid() + "-";

    private final FileChannel content;
    private final Path name;

    private ScratchFile(FileChannel content, Path name) {
        this.content = content;
        this.name = name;
    }

    /** Makes one in that folder, readable by this user alone. */
    static ScratchFile in(Path folder) throws IOException {
        Path named = Files.createTempFile(folder, PREFIX, ".chunk");
        FileChannel content = null;
        try {
            content = FileChannel.open(named, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Path descriptor = descriptor(named);
            if (descriptor == null) {
                return new ScratchFile(content, named);
            }
            Files.delete(named);
            return new ScratchFile(content, descriptor);
        } catch (IOException | RuntimeException refused) {
            if (content != null) {
                content.close();
            }
            Files.deleteIfExists(named);
            throw refused;
        }
    }

    /** The name in /proc under which this process has it open; null where there is no /proc. */
    private static Path descriptor(Path named) throws IOException {
        Object inode = Files.readAttributes(named, BasicFileAttributes.class).fileKey();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path one : all) {
                if (isInode(one, inode)) {
                    return one;
                }
            }
        } catch (IOException | RuntimeException noProc) {
            // It keeps its name then, until it is closed.
        }
        return null;
    }

    private static boolean isInode(Path descriptor, Object inode) {
        try {
            return Files.readAttributes(descriptor, BasicFileAttributes.class)
                    .fileKey()
                    .equals(inode);
        } catch (IOException gone) {
            // Such as that of the listing itself, or of a pipe.
            return false;
        }
    }

    /** Holds that part of a file, and nothing else. */
    void copy(FileChannel from, long offset, long length) throws IOException {
        content.truncate(0);
        content.position(0);
        long copied = 0;
        while (copied < length) {
            long more = from.transferTo(offset + copied, length - copied, content);
            if (more <= 0) {
                break;
            }
            copied += more;
        }
    }

    FileChannel content() {
        return content;
    }

    /** Under this name it can be opened. */
    Path name() {
        return name;
    }

    @Override
    public void close() throws IOException {
        content.close();
        if (!name.startsWith(DESCRIPTORS)) {
            Files.deleteIfExists(name);
        }
    }
}
