package io.clonetrace.linux.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The status of a process or thread, as /proc/PID/status had it at one moment (proc_pid_status(5)).
 *
 * <p>A field is looked up in the text when it is asked for. One that every kernel has is demanded: if it is missing, or
 * isn't of the form that proc_pid_status(5) gives, its method throws an {@link IllegalStateException}. Limits are read
 * by {@code limit.ProcText} instead, which allocates nothing for each of thousands of processes.
 */
public final class ProcessStatus {
    private static final int HEX = 16;
    private static final int SECCOMP_MODE_FILTER = 2; // linux/seccomp.h
    private static final long KIBI = 1024;
    private static final Pattern IDS = Pattern.compile("(\\d{1,10})\\s+(\\d{1,10})\\s+\\d{1,10}\\s+\\d{1,10}");
    private static final Pattern KILOBYTES = Pattern.compile("(\\d{1,15}) kB");
    private static final Pattern SET = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern PIDS = Pattern.compile("\\d{1,10}(\\s+\\d{1,10})*");

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
        return Long.parseLong(matched("Uid", IDS).group(2));
    }

    /** The real user's id. */
    public long realUser() {
        return Long.parseLong(matched("Uid", IDS).group(1));
    }

    /** The effective group's id. */
    public long group() {
        return Long.parseLong(matched("Gid", IDS).group(2));
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
        return field("VmRSS").isPresent()
                ? OptionalLong.of(
                        KIBI * Long.parseLong(matched("VmRSS", KILOBYTES).group(1)))
                : OptionalLong.empty();
    }

    /** Its id in its own pid namespace; empty if this kernel doesn't tell (before Linux 4.1). */
    public Optional<String> idInside() {
        return field("NSpid").isPresent()
                ? Optional.of(matched("NSpid", PIDS).group().replaceFirst(".*\\s", ""))
                : Optional.empty();
    }

    /** Whether it is in a pid namespace below the one of this /proc, where it has another id. */
    public boolean isInInnerPidNamespace() {
        return field("NSpid").isPresent() && matched("NSpid", PIDS).group(1) != null;
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
        return Long.parseUnsignedLong(matched(field, SET).group(), HEX);
    }

    private Matcher matched(String field, Pattern form) {
        String text = demanded(field);
        Matcher matcher = form.matcher(text);
        if (!matcher.matches()) {
            throw malformed(field, text);
        }
        return matcher;
    }

    private String demanded(String field) {
        return field(field).orElseThrow(() -> new IllegalStateException(where(field) + " is missing"));
    }

    private IllegalStateException malformed(String field, String text) {
        return new IllegalStateException(where(field) + " is \"" + text + "\"");
    }
}
