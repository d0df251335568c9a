package io.clonetrace.linux.proc;

import io.clonetrace.linux.Digits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The status of a process or thread, as /proc/PID/status had it at one moment (proc_pid_status(5)).
 *
 * <p>A field is looked up in the text when it is asked for. One that every kernel has is demanded: if it is missing, or
 * isn't of the form that proc_pid_status(5) gives, its method throws an {@link IllegalStateException}. Limits are read
 * by {@code limit.ProcText} instead, which allocates nothing for each of thousands of processes.
 */
public final class ProcessStatus {
    private static final int DECIMAL = 10;
    private static final int SECCOMP_MODE_FILTER = 2; // linux/seccomp.h
    private static final long KIBI = 1024;
    private static final String KILOBYTES = " kB";

    /** In digits, of a user's or group's id, and a pid. */
    private static final int LONGEST_ID = 10;

    private static final int LONGEST_SIZE = 15;

    /** Digits of a set of 64 bits. */
    private static final int SET_DIGITS = 16;

    /** Of a user's or group's ids, the real one; then the effective, the saved and the file system's follow. */
    private static final int REAL = 0;

    private static final int EFFECTIVE = 1;
    private static final int IDS = 4;

    private final Path folder;
    private final String text;

    ProcessStatus(Path folder, String text) {
        this.folder = folder;
        this.text = "\n" + text;
    }

    /**
     * Reads the status of a process.
     *
     * @param folder its folder in /proc, or that of one of its threads
     * @return empty if there is no such process, or its status can't be read
     */
    public static Optional<ProcessStatus> of(Path folder) {
        try {
            return Optional.of(new ProcessStatus(folder, PseudoFile.bounded(folder.resolve("status"))));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Reads the status of a process or thread by its pid or tid. */
    public static Optional<ProcessStatus> of(long tid) {
        return of(Path.of("/proc/" + tid));
    }

    /** The folder in /proc that it was read from. */
    public Path folder() {
        return folder;
    }

    /** The file and the field, for messages. */
    public String where(String field) {
        return folder.resolve("status") + ": " + field;
    }

    /** A field's text; empty if this kernel does not have the field. */
    public Optional<String> field(String name) {
        String begin = "\n" + name + ":";
        int at = text.indexOf(begin);
        if (at < 0) {
            return Optional.empty();
        }
        int end = text.indexOf('\n', at + begin.length());
        return Optional.of(text.substring(at + begin.length(), end < 0 ? text.length() : end)
                .strip());
    }

    /** The pid of the process: that of its first thread. */
    public int process() {
        return id("Tgid");
    }

    /** The tid of the thread that traces it; 0 if none does, or none of this pid namespace. */
    public int tracer() {
        return id("TracerPid");
    }

    /** How many threads the process has. */
    public int threads() {
        return id("Threads");
    }

    /** The effective user's id. */
    public long user() {
        return id("Uid", EFFECTIVE);
    }

    /** The real user's id. */
    public long realUser() {
        return id("Uid", REAL);
    }

    /** The effective group's id. */
    public long group() {
        return id("Gid", EFFECTIVE);
    }

    /** The effective capabilities, a bit for each (capabilities(7)). */
    public long capabilities() {
        return set("CapEff");
    }

    /** The inheritable capabilities, a bit for each. */
    public long inheritableCapabilities() {
        return set("CapInh");
    }

    /** Whether it has that capability in its effective set. */
    public boolean has(Capability capability) {
        return (capabilities() & capability.bit()) != 0;
    }

    /** Whether a seccomp filter decides about each of its system calls (seccomp(2)). */
    public boolean isFiltered() {
        return field("Seccomp").isPresent() && id("Seccomp") == SECCOMP_MODE_FILTER;
    }

    /** Whether it catches the signal of that number. */
    public boolean catches(int signal) {
        return (set("SigCgt") & 1L << signal - 1) != 0;
    }

    /** Whether the signal of that number was sent to the process and is not delivered yet. */
    public boolean hasPending(int signal) {
        return field("ShdPnd").isPresent() && (set("ShdPnd") & 1L << signal - 1) != 0;
    }

    /** Whether it has ended, and waits for its parent to ask for its exit status. */
    public boolean ended() {
        return isIn('Z') || isIn('X');
    }

    /** Whether it is stopped by a signal or a debugger, and can't answer. */
    public boolean isStopped() {
        return isIn('T') || isIn('t');
    }

    /** Whether it has memory of its own: a kernel thread has none, nor has a thread that has ended. */
    public boolean hasMemory() {
        return field("VmSize").isPresent();
    }

    /** Resident bytes; empty if it has no memory of its own. */
    public OptionalLong residentBytes() {
        if (field("VmRSS").isEmpty()) {
            return OptionalLong.empty();
        }
        String size = demanded("VmRSS");
        int digits = size.length() - KILOBYTES.length();
        if (!size.endsWith(KILOBYTES) || !Digits.are(size.substring(0, digits), LONGEST_SIZE)) {
            throw malformed("VmRSS", size);
        }
        return OptionalLong.of(KIBI * Long.parseLong(size, 0, digits, DECIMAL));
    }

    /** Its id in its own pid namespace; empty if this kernel doesn't tell (before Linux 4.1). */
    public Optional<String> idInside() {
        if (field("NSpid").isEmpty()) {
            return Optional.empty();
        }
        String[] pids = numbers("NSpid");
        return Optional.of(pids[pids.length - 1]);
    }

    /** Whether it is in a pid namespace below the one of this /proc, where it has another id. */
    public boolean isInInnerPidNamespace() {
        return field("NSpid").isPresent() && numbers("NSpid").length > 1;
    }

    /** By the letter that the state begins with; a made-up status without one is in none. */
    private boolean isIn(char state) {
        return field("State").filter(text -> text.indexOf(state) == 0).isPresent();
    }

    private int id(String field) {
        String text = demanded(field);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException other) {
            throw malformed(field, text);
        }
    }

    private long set(String field) {
        String text = demanded(field);
        if (text.length() != SET_DIGITS) {
            throw malformed(field, text);
        }
        try {
            return HexFormat.fromHexDigitsToLong(text);
        } catch (NumberFormatException other) {
            throw malformed(field, text);
        }
    }

    private long id(String field, int which) {
        String[] ids = numbers(field);
        if (ids.length != IDS) {
            throw malformed(field, demanded(field));
        }
        return Long.parseLong(ids[which]);
    }

    private String[] numbers(String field) {
        String text = demanded(field);
        String[] numbers = text.split("\t");
        for (String number : numbers) {
            if (!Digits.are(number, LONGEST_ID)) {
                throw malformed(field, text);
            }
        }
        return numbers;
    }

    private String demanded(String field) {
        return field(field).orElseThrow(() -> new IllegalStateException(where(field) + " is missing"));
    }

    private IllegalStateException malformed(String field, String text) {
        return new IllegalStateException(where(field) + " is \"" + text + "\"");
    }
}
