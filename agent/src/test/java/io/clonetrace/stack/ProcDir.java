package io.clonetrace.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a /proc/PID of its own, for what a kernel shows only at bad moments. */
final class ProcDir {
    private final Path dir;
    private final int pageKilobytes;

    ProcDir(Path dir, int pageKilobytes) throws IOException {
        this.dir = dir;
        this.pageKilobytes = pageKilobytes;
        Files.createDirectories(dir.resolve("task"));
        Files.createFile(dir.resolve("smaps"));
    }

    Path path() {
        return dir;
    }

    /** Adds a mapping; {@code header} as in maps, {@code vmFlags} as in smaps. */
    ProcDir mapping(String header, int rss, int huge, String vmFlags) throws IOException {
        String entry = """
                %s
                KernelPageSize: %8d kB
                Rss:            %8d kB
                AnonHugePages:  %8d kB
                VmFlags: %s\s
                """.formatted(header, pageKilobytes, rss, huge, vmFlags);
        Files.writeString(dir.resolve("smaps"), entry, StandardOpenOption.APPEND);
        return this;
    }

    ProcDir thread(int tid, String syscall) throws IOException {
        Path task = Files.createDirectories(dir.resolve("task").resolve(Integer.toString(tid)));
        Files.writeString(task.resolve("syscall"), syscall + "\n");
        return this;
    }

    /** A thread that is blocked with that stack pointer. */
    ProcDir thread(int tid, long pointer) throws IOException {
        return thread(tid, "202 0x1 0x2 0x3 0x4 0x5 0x6 0x%x 0x7f".formatted(pointer));
    }

    /** Makes pages below {@code end} present, and all others up to {@code end} not. */
    ProcDir present(long end, long... addresses) throws IOException {
        long page = pageKilobytes * 1024L;
        ByteBuffer words =
                ByteBuffer.allocate(Math.toIntExact(end / page * Long.BYTES)).order(ByteOrder.nativeOrder());
        for (long address : addresses) {
            words.putLong(Math.toIntExact(address / page * Long.BYTES), 1L << 63);
        }
        Files.write(dir.resolve("pagemap"), words.array());
        return this;
    }
}
