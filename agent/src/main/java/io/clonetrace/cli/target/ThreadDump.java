package io.clonetrace.cli.target;

import io.clonetrace.cli.target.JvmReply.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JVM's own names of its threads, by tid, from {@code jcmd PID Thread.print}. */
public final class ThreadDump {
    /** A dump of 10,000 deep stacks is 40 MB, and is sent when it is complete. */
    private static final Bounds BOUNDS = Bounds.of(5, 60, 256);

    /** After the name, a Java thread has its number first. */
    private static final Pattern NUMBER = Pattern.compile("#(\\d{1,18}) ");

    private static final Pattern NID = Pattern.compile("(?:^| )nid=(0x[0-9a-f]{1,8}|\\d{1,10})(?= |$)");
    private static final Pattern POINTER = Pattern.compile(" \\[0x([0-9a-f]{16})\\]$");

    private static final int LONGEST_HEADER = 4096;

    /** What stays of the end of a longer line: all that follows a name. */
    private static final int LONGEST_REST = 1024;

    /** HotSpot prints names in the class file's encoding, in which an emoji is six bytes. */
    private static final Charset NAMES = Charset.forName("CESU-8");

    private static final int MOST_LINES = 100;

    /** Threads that were alive during the dump, and have ended since. */
    private static final int MORE_THREADS = 1000;

    private static final String NAME_END = "\" ";

    private ThreadDump() {}

    /**
     * A thread in the dump.
     *
     * @param id Java's id; -1 for a thread of the VM
     * @param stackPointer an address in the page of its stack where it last ran Java code; 0 if the dump has none
     */
    public record Entry(String name, long id, long stackPointer) {}

    /**
     * Requests a dump. The tids are those of the JVM's own pid namespace. A stopped JVM is not asked: once resumed it
     * would handle the signal with no client waiting, and print the dump to its own stdout.
     *
     * @throws IOException if it does not answer, a request would harm it, or it is not a HotSpot JVM, saying why
     */
    public static Map<Integer, Entry> of(TargetProcess process) throws IOException {
        if (process.isStopped()) {
            throw new IOException("the process is stopped");
        }
        try (AttachSocket jvm = AttachSocket.of(TargetJvm.of(process.pid()), Waiting.SILENT);
                JvmReply reply = jvm.ask(BOUNDS, "threaddump")) {
            int status = reply.status();
            if (status != 0) {
                throw new IOException("JVM " + process.pid() + " made no thread dump: status " + status);
            }
            return read(reply, tasks(process) + MORE_THREADS);
        } catch (OutOfMemoryError tooMuch) {
            throw new IOException("the thread dump of JVM " + process.pid() + " does not fit into this heap", tooMuch);
        }
    }

    private static int tasks(TargetProcess process) {
        String[] tasks = process.procDir().resolve("task").toFile().list();
        return tasks == null ? 0 : tasks.length;
    }

    /**
     * Reads the dump to its end. Lines that are not a thread's header are skipped.
     *
     * @param most the most threads that are kept: a hostile JVM may invent some
     */
    static Map<Integer, Entry> read(InputStream dump, int most) throws IOException {
        Map<Integer, Entry> threads = new HashMap<>();
        Lines lines = new Lines(new InputStreamReader(dump, NAMES));
        String head = "";
        int inHead = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            // A name may contain line ends; after each thread is an empty line.
            head = line.isEmpty() ? "" : head.isEmpty() ? line : head + "\n" + line;
            inHead = head.equals(line) ? 1 : inHead + 1;
            if (!head.startsWith("\"")
                    || head.length() > LONGEST_HEADER
                    || threads.size() == most
                    || addTo(threads, head, line)
                    || inHead == MOST_LINES) {
                head = "";
            }
        }
        return threads;
    }

    /**
     * Adds a thread by its header, such as {@code "main" #1 [4711] prio=5 os_prio=0 ... nid=0x1267 ...}, since JDK 22
     * {@code nid=4711}; without {@code #} it is one of the VM.
     *
     * @param last the header's last line
     * @return false if it is no header, or not all of it
     */
    private static boolean addTo(Map<Integer, Entry> threads, String head, String last) {
        // The text after a name has neither quotes nor line ends.
        int nameEnd = last.contains(NAME_END) ? head.lastIndexOf(NAME_END) : -1;
        if (nameEnd <= 0) {
            return false;
        }
        String rest = head.substring(nameEnd + NAME_END.length());
        OptionalInt tid = tid(rest);
        if (tid.isEmpty()) {
            return false;
        }
        Matcher number = NUMBER.matcher(rest);
        long id = number.lookingAt() ? Long.parseLong(number.group(1)) : -1;
        threads.put(
                tid.getAsInt(),
                new Entry(head.substring(1, nameEnd), id, pointer(rest).orElse(0)));
        return true;
    }

    private static OptionalInt tid(String rest) {
        Matcher nid = NID.matcher(rest);
        if (!nid.find()) {
            return OptionalInt.empty();
        }
        String id = nid.group(1);
        long tid = id.startsWith("0x") ? Long.parseLong(id.substring(2), 16) : Long.parseLong(id);
        return tid > 0 && tid <= Integer.MAX_VALUE ? OptionalInt.of((int) tid) : OptionalInt.empty();
    }

    private static OptionalLong pointer(String rest) {
        Matcher pointer = POINTER.matcher(rest);
        return pointer.find() ? OptionalLong.of(Long.parseUnsignedLong(pointer.group(1), 16)) : OptionalLong.empty();
    }

    /** Lines without their ends, without the middle if one is longer than a header: a line may be endless. */
    private static final class Lines {
        private final Reader in;
        private final char[] piece = new char[1 << 13];
        private int next;
        private int end;

        Lines(Reader in) {
            this.in = in;
        }

        /** Null at the end. */
        String next() throws IOException {
            if (!hasMore()) {
                return null;
            }
            StringBuilder line = new StringBuilder();
            while (hasMore()) {
                int from = next;
                while (next < end && piece[next] != '\n') {
                    next++;
                }
                line.append(piece, from, next - from);
                if (line.length() > LONGEST_HEADER) {
                    line.delete(LONGEST_HEADER - LONGEST_REST, line.length() - LONGEST_REST);
                }
                if (next < end) {
                    next++;
                    break;
                }
            }
            return line.toString();
        }

        private boolean hasMore() throws IOException {
            if (next == end) {
                next = 0;
                end = Math.max(0, in.read(piece));
            }
            return end > 0;
        }
    }
}
