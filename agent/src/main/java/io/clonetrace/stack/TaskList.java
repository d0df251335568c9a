package io.clonetrace.stack;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The threads of a process as the kernel lists them: {@code /proc/PID/task} (proc(5)). */
public final class TaskList {
    // TASK_COMM_LEN of linux/sched.h is 16; a little more in case a kernel lengthens it.
    private static final int LONGEST_COMM = 64;

    // Some fifty numbers of at most 20 digits, and the name.
    private static final int LONGEST_STAT = 2048;
    private static final int STATE = 3; // the fields' numbers
    private static final int START_TIME = 22;

    /** A name in the file has no line end. */
    private static final String THREADS = "\nThreads:\t";

    private final Path taskDir;
    private final Path status;

    private TaskList(Path procDir) {
        this.taskDir = procDir.resolve("task");
        this.status = procDir.resolve("status");
    }

    /** The threads of this process. */
    public static TaskList ofSelf() {
        return of(Path.of("/proc/self"));
    }

    /** The threads of the process with that directory, {@code /proc/PID}. */
    public static TaskList of(Path procDir) {
        return new TaskList(procDir);
    }

    /**
     * The tids, ascending. A live thread may be missing if another ends while the kernel lists them; check
     * {@link #contains} before treating it as dead.
     *
     * @throws IOException if the directory can't be read: the process is gone, or hidden (proc(5), hidepid)
     */
    public int[] tids() throws IOException {
        String[] names = taskDir.toFile().list();
        if (names == null) {
            throw new IOException("cannot list the threads in " + taskDir);
        }
        int[] tids = new int[names.length];
        for (int i = 0; i < tids.length; i++) {
            tids[i] = tid(names[i]);
        }
        // The kernel lists them in the order of their creation: ascending, unless tids were reused.
        if (!ascend(tids)) {
            Arrays.sort(tids);
        }
        return tids;
    }

    /** As Integer.parseInt, which asks for the meaning of each character. */
    private static int tid(String name) {
        int tid = 0;
        for (int i = 0; i < name.length(); i++) {
            tid = 10 * tid + name.charAt(i) - '0';
        }
        return tid;
    }

    private static boolean ascend(int[] tids) {
        for (int i = 1; i < tids.length; i++) {
            if (tids[i - 1] > tids[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The lowest tid of a thread with that name; empty if there is none.
     *
     * @param comm as {@link #comm} returns it: 15 bytes at most
     * @throws IOException if the directory cannot be read
     */
    public OptionalInt named(String comm) throws IOException {
        for (int tid : tids()) {
            if (comm.equals(comm(tid).orElse(null))) {
                return OptionalInt.of(tid);
            }
        }
        return OptionalInt.empty();
    }

    /** How many threads the process has, zombies included (proc_pid_status(5), Threads); -1 if that can't be read. */
    public int count() {
        try (InputStream in = new FileInputStream(status.toFile())) {
            String text = new String(in.readNBytes(LONGEST_STAT), StandardCharsets.ISO_8859_1);
            int from = text.indexOf(THREADS) + THREADS.length();
            return Integer.parseInt(text.substring(from, text.indexOf('\n', from)));
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    /** Whether the thread exists, even as a zombie. */
    public boolean contains(int tid) {
        return taskDir.resolve(Integer.toString(tid)).toFile().exists();
    }

    /**
     * When the thread was started, in clock ticks since boot (proc_pid_stat(5), starttime). Empty if the thread is
     * gone.
     */
    public OptionalLong startTicks(int tid) {
        try {
            return OptionalLong.of(Long.parseLong(afterName(tid).split(" ")[START_TIME - STATE]));
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether the thread runs, or waits for a processor, and for nothing else (proc_pid_stat(5), state R). */
    public boolean isRunnable(int tid) {
        try {
            return afterName(tid).startsWith("R");
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }

    /**
     * For how long the thread has run, in nanoseconds: the first number of /proc/PID/task/TID/schedstat
     * (Documentation/scheduler/sched-stats.rst). Empty if the thread is gone, or this kernel doesn't count.
     */
    public OptionalLong runNanos(int tid) {
        try {
            String line = read(tid, "schedstat", LONGEST_STAT);
            return OptionalLong.of(Long.parseLong(line.substring(0, line.indexOf(' '))));
        } catch (IOException | RuntimeException uncounted) {
            return OptionalLong.empty();
        }
    }

    /** The fields of its stat from the third on: the name before it is in parentheses and may hold anything. */
    private String afterName(int tid) throws IOException {
        String line = read(tid, "stat", LONGEST_STAT);
        return line.substring(line.lastIndexOf(')') + 2);
    }

    private String read(int tid, String file, int longest) throws IOException {
        Path path = taskDir.resolve(Integer.toString(tid)).resolve(file);
        try (InputStream in = new FileInputStream(path.toFile())) {
            return new String(in.readNBytes(longest), StandardCharsets.ISO_8859_1);
        }
    }

    /**
     * The thread's name as the kernel keeps it: at most 15 bytes, which HotSpot takes from a Java thread's name,
     * possibly ending within a character. It may contain any bytes, such as line ends and terminal escapes; those that
     * are not UTF-8 become U+FFFD. Empty if the thread is gone.
     */
    public Optional<String> comm(int tid) {
        Path comm = taskDir.resolve(Integer.toString(tid)).resolve("comm");
        try (InputStream in = new FileInputStream(comm.toFile())) {
            byte[] bytes = in.readNBytes(LONGEST_COMM);
            boolean lineEnd = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
            return Optional.of(new String(bytes, 0, bytes.length - (lineEnd ? 1 : 0), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
