package io.clonetrace.trace.tracefs;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.tracefs.TracePipe;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private ring buffer (tracefs's instances/NAME) for one event of the tasks that it follows. */
final class TraceInstance {
    /** How many pids go into one write to set_event_pid, so that no write is split within a number. */
    private static final int PIDS_A_WRITE = 256;

    private static final Pattern LOSS = Pattern.compile("^(?:overrun|commit overrun|dropped events): (\\d{1,18})$");

    private final Path folder;
    private final Path event;
    private final PageParser parser;
    private final int id;
    private final List<TracePipe> pipes = new ArrayList<>();
    private final byte[] page;

    private TraceInstance(Path folder, String event) throws IOException {
        this.folder = folder;
        this.event = folder.resolve("events").resolve(event);
        parser = new PageParser(Format.read(folder.resolve("events/header_page")));
        page = new byte[parser.pageSize()];
        id = Integer.parseInt(Format.text(this.event.resolve("id")).trim());
    }

    /**
     * Creates the instance; it records nothing before {@link #begin}.
     *
     * @param event system/name
     * @param kilobytes the ring's size for each CPU
     */
    static TraceInstance create(Path folder, String event, int kilobytes) throws IOException {
        Files.createDirectory(folder);
        try {
            TraceInstance instance = new TraceInstance(folder, event);
            instance.write("trace_clock", "mono");
            instance.write("buffer_size_kb", Integer.toString(kilobytes));
            // A full ring then rejects and counts new records instead of overwriting old ones.
            instance.write("options/overwrite", "0");
            instance.write("options/stacktrace", "0");
            instance.write("options/userstacktrace", "0");
            instance.write("options/event-fork", "1");
            return instance;
        } catch (IOException | RuntimeException failed) {
            Files.delete(folder);
            throw failed;
        }
    }

    Format format() throws IOException {
        return Format.read(event.resolve("format"));
    }

    /** Also follows these tasks, and all tasks that they make later. */
    void follow(Collection<Integer> tids) throws IOException {
        List<Integer> all = List.copyOf(tids);
        for (int from = 0; from < all.size(); from += PIDS_A_WRITE) {
            StringBuilder text = new StringBuilder();
            all.subList(from, Math.min(all.size(), from + PIDS_A_WRITE))
                    .forEach(tid -> text.append(tid).append('\n'));
            // Without O_APPEND the kernel would drop the tasks followed so far.
            Files.writeString(folder.resolve("set_event_pid"), text, StandardOpenOption.APPEND);
        }
    }

    /** Starts recording. Call {@link #follow} first: an empty list of tasks means the whole machine. */
    void begin() throws IOException, LinuxException {
        try (DirectoryStream<Path> cpus = Files.newDirectoryStream(folder.resolve("per_cpu"), "cpu*")) {
            for (Path cpu : cpus) {
                pipes.add(TracePipe.open(cpu.resolve("trace_pipe_raw"), page.length));
            }
        }
        Files.writeString(event.resolve("enable"), "1", StandardOpenOption.WRITE);
    }

    /** Reads all records from before {@code until}, and perhaps some later ones. */
    void read(long until, PageParser.Records records) throws IOException, LinuxException {
        for (TracePipe pipe : pipes) {
            long[] latest = {Long.MIN_VALUE};
            int length = pipe.read(page);
            while (length > 0) {
                parser.parse(page, length, (time, bytes, start, size) -> {
                    latest[0] = time;
                    // common_type, the first two bytes of every record
                    if (size >= Short.BYTES && Short.toUnsignedInt(bytes.getShort(start)) == id) {
                        records.record(time, bytes, start, size);
                    }
                });
                // A ring that fills as fast as it is read must not keep the reader here forever.
                length = latest[0] > until ? 0 : pipe.read(page);
            }
        }
    }

    /** How many records the kernel could not store since recording began. */
    long lost() throws IOException {
        long lost = 0;
        try (DirectoryStream<Path> cpus = Files.newDirectoryStream(folder.resolve("per_cpu"), "cpu*")) {
            for (Path cpu : cpus) {
                for (String line : Files.readAllLines(cpu.resolve("stats"))) {
                    Matcher loss = LOSS.matcher(line);
                    lost += loss.matches() ? Long.parseLong(loss.group(1)) : 0;
                }
            }
        }
        return lost;
    }

    /** Stops recording and removes the instance. */
    void remove() throws IOException {
        pipes.forEach(TracePipe::close);
        pipes.clear();
        try {
            Files.writeString(event.resolve("enable"), "0", StandardOpenOption.WRITE);
        } finally {
            Files.delete(folder);
        }
    }

    private void write(String file, String value) throws IOException {
        try {
            Files.writeString(folder.resolve(file), value, StandardOpenOption.WRITE);
        } catch (NoSuchFileException unknown) {
            // A kernel built without user stack traces lacks the option, which is as good as off.
            if (!file.endsWith("stacktrace")) {
                throw unknown;
            }
        }
    }
}
