package io.clonetrace.micro;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the kernel take the time of BPF programs (bpf(2), BPF_ENABLE_STATS, since Linux 5.8) until it is closed, or
 * this process ends. It makes each run some ten nanoseconds longer.
 */
final class BpfStatistics implements AutoCloseable {
    private static final int ENABLE_STATS = 32; // linux/bpf.h
    private static final int ATTR_BYTES = 128;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fdinfo");

    private final int fd;

    private BpfStatistics(int fd) {
        this.fd = fd;
    }

    /**
     * How often programs were run, and for how long.
     *
     * @param count runs, of tasks that are not watched too
     * @param nanos of all runs together
     */
    record Runs(long count, long nanos) {}

    static BpfStatistics enable() throws IOException {
        try (Memory attr = new Memory(ATTR_BYTES)) {
            attr.clear();
            long bpf = System.getProperty("os.arch").equals("aarch64") ? 280 : 321;
            int fd = Function.getFunction("c", "syscall")
                    .invokeInt(new Object[] {bpf, (long) ENABLE_STATS, attr, (long) ATTR_BYTES});
            if (fd < 0) {
                throw new IOException("bpf(BPF_ENABLE_STATS) is refused");
            }
            return new BpfStatistics(fd);
        }
    }

    /** Of all the programs that this process holds, by their descriptors' fdinfo. */
    Runs ofThisProcess() throws IOException {
        long count = 0;
        long nanos = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                for (String line : linesOf(descriptor)) {
                    count += number(line, "run_cnt:");
                    nanos += number(line, "run_time_ns:");
                }
            }
        }
        return new Runs(count, nanos);
    }

    private static Iterable<String> linesOf(Path descriptor) throws IOException {
        try {
            return Files.readAllLines(descriptor);
        } catch (NoSuchFileException closed) {
            // The one of the listing itself.
            return List.of();
        }
    }

    private static long number(String line, String name) {
        return line.startsWith(name)
                ? Long.parseLong(line.substring(name.length()).trim())
                : 0;
    }

    @Override
    public void close() {
        Function.getFunction("c", "close").invokeInt(new Object[] {fd});
    }
}
