package io.clonetrace.cli.target;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.run.RunUser;
import io.clonetrace.stack.TaskList;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.TracePermission;
import io.clonetrace.trace.ptrace.Yama;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that is said to be a JVM, as /proc shows it (proc(5)): looked at before anything is done to it. */
public final class TargetJvm {
    /** The name of the agent's thread, as the kernel has it. */
    public static final String AGENT_THREAD = "clonetrace";

    /** By which attaching wakes a JVM (signal(7)). It kills who does not catch it. */
    private static final int SIGQUIT = 3;

    private static final int PATIENCE_SECONDS = 5;
    private static final String ATTACH_OFF = "DisableAttachMechanism";

    private final Path proc;
    private final long pid;
    private final Optional<ProcessStart> started;
    private final Optional<ProcessStatus> atFirst;

    /** @param proc the folder {@code /proc} */
    TargetJvm(Path proc, long pid) {
        this.proc = proc.resolve(Long.toString(pid));
        this.pid = pid;
        this.started = ProcessStart.of(pid);
        this.atFirst = ProcessStatus.of(this.proc);
    }

    public static TargetJvm of(long pid) {
        return new TargetJvm(Path.of("/proc"), pid);
    }

    /** Why nothing can be attached to it, or not without harm, in a sentence; empty if something can. */
    public Optional<String> refusal() {
        try {
            String maps = PseudoFile.bounded(proc.resolve("maps"));
            if (maps.contains("/libj9vm")) {
                return Optional.of("process " + pid + " is an OpenJ9 JVM, and clonetrace reads HotSpot's tables");
            }
            if (!maps.contains("/libjvm.so")) {
                return Optional.of("process " + pid + " is no JVM");
            }
            if (JvmOptions.of(proc).flag(ATTACH_OFF).orElse(false)) {
                return Optional.of("JVM " + pid + " was started with -XX:+" + ATTACH_OFF
                        + "; start it with -javaagent:clonetrace.jar instead");
            }
            ProcessStatus status = status();
            if (status.isStopped()) {
                return Optional.of("JVM " + pid + " is stopped; let it go on first: kill -CONT " + pid);
            }
            if (!status.catches(SIGQUIT)) {
                return Optional.of(
                        "JVM " + pid + " takes no requests: it is about to start, or it was started with -Xrs");
            }
            if (isOfAnotherUser(status)) {
                return Optional.of("JVM " + pid + " takes requests from its own user and group only, which are "
                        + status.user() + " and " + status.group() + ": run this as them, or as root");
            }
            if (isStranger(proc)) {
                return Optional.of("JVM " + pid + " is in another user namespace, where this user is nobody, and takes"
                        + " requests from its own user only: setpriv --reuid=" + user().user() + " --regid="
                        + user().group() + " --clear-groups clonetrace attach " + pid);
            }
            return Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.of("there is no process " + pid);
        } catch (AccessDeniedException others) {
            return Optional.of("process " + pid + " is another user's: run this as that user, or as root");
        } catch (IOException unreadable) {
            return Optional.of(
                    isStillThere()
                            ? "process " + pid + " can't be looked at: " + unreadable.getMessage()
                            : "process " + pid + " has ended");
        }
    }

    long pid() {
        return pid;
    }

    /** Its folder in /proc. */
    public Path folder() {
        return proc;
    }

    /** Whether it runs, and is no later process that was given the same pid. */
    public boolean isStillThere() {
        return started.map(ProcessStart::isRunning).orElse(false);
    }

    /** Whether HotSpot takes a file of that user for a request to listen: its own user's, or root's. */
    boolean trusts(int user) throws IOException {
        return user == 0 || user == user().user();
    }

    /**
     * HotSpot looks for the file that asks it to listen in its working directory first, and only if there is none in
     * {@code /tmp}.
     *
     * @throws IOException if there is one that it would not take, and print its threads
     */
    void refuseTriggerOfOthers(String name) throws IOException {
        Path first = proc.resolve("cwd").resolve(name);
        Optional<Integer> owner = owner(first);
        if (owner.isPresent() && !trusts(owner.get())) {
            throw new IOException(first + " is another user's, and JVM " + pid
                    + " would print its threads instead of listening; remove it");
        }
    }

    /** Whose file that is; empty if there is none, or none to be seen from here. */
    private static Optional<Integer> owner(Path file) throws IOException {
        // A file system of the JVM's user (FUSE) may never answer.
        FutureTask<Integer> look =
                new FutureTask<>(() -> (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        Thread looking = new Thread(look, "look at a foreign file");
        looking.setDaemon(true);
        looking.start();
        try {
            return Optional.of(look.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof NoSuchFileException
                    || failed.getCause() instanceof AccessDeniedException) {
                return Optional.empty();
            }
            throw new IOException(file + " can't be looked at: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException late) {
            throw new IOException(file + " can't be looked at: its file system does not answer", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + file + " was looked at");
        }
    }

    /** Sends the signal at which it looks for that file. */
    void askToListen() throws IOException {
        // Looked at once the descriptor is there: the pid may have been given to another process before.
        try (PidFd process = PidFd.of((int) pid)) {
            refuseIfAnother();
            if (!isStillThere() || !process.send(SIGQUIT)) {
                throw new IOException("process " + pid + " has ended");
            }
        }
    }

    /** @throws IOException if it executes another program by now, which the signal might end (execve(2)) */
    void refuseIfAnother() throws IOException {
        ProcessStatus now = status();
        boolean sameUser = atFirst.filter(first -> first.field("Uid").equals(now.field("Uid"))
                        && first.field("Gid").equals(now.field("Gid")))
                .isPresent();
        if (!sameUser || !now.catches(SIGQUIT)) {
            throw new IOException("JVM " + pid + " has changed its user, or executed another program");
        }
    }

    /** Whether that signal is still pending: it has not run since. */
    boolean hasNotRun() {
        return ProcessStatus.of(proc)
                .filter(status -> status.hasPending(SIGQUIT))
                .isPresent();
    }

    /** Whether the agent would start a tracer in it for that source, as far as that can be told from outside. */
    boolean startsTracer(String source) throws IOException {
        String name = source.toLowerCase(Locale.ROOT);
        return name.equals(SourceKind.AUTO)
                ? AttachRoom.autoTraces(status())
                : SourceKind.named(name).filter(SourceKind::startsTracer).isPresent();
    }

    /** Its user and group: those of the files that it makes. */
    public RunUser user() throws IOException {
        ProcessStatus status = status();
        return new RunUser((int) status.user(), (int) status.group());
    }

    /** Its pid as it sees itself. */
    String pidInside() throws IOException {
        return status().idInside().orElse(Long.toString(pid));
    }

    /**
     * Its {@code /tmp}, which may be another than this process's, and its own to change at any moment.
     *
     * @throws LinuxException if it has none, or it can't be entered
     * @throws IOException if the JVM has entered a user namespace since {@link #refusal}
     */
    public Folder temporary() throws IOException, LinuxException {
        // The first of these loads native code, which takes long, and holds the process: its pid may be given away.
        try (Folder process = Folder.open(proc);
                Folder root = Folder.open(process.link().resolve("root"), proc.resolve("root"))) {
            // Only in a user namespace of its own can a process without rights mount what it likes at its /tmp. No
            // process returns from there: what is no stranger now was none when its root was opened.
            if (isStranger(process.link())) {
                throw new IOException("JVM " + pid + " has entered a user namespace of its own");
            }
            return root.asRoot("tmp");
        }
    }

    /** Whether it is in the same namespace of that kind (namespaces(7)), such as mnt, as this process. */
    public boolean shares(String namespace) throws IOException {
        Path own = proc.resolveSibling("self").resolve("ns").resolve(namespace);
        return Files.readSymbolicLink(own)
                .equals(Files.readSymbolicLink(proc.resolve("ns").resolve(namespace)));
    }

    /** Whether it has a thread of that id and name: of one that has ended the id may be another's. */
    public boolean hasThread(int tid, String name) {
        return TaskList.of(proc).comm(tid).filter(name::equals).isPresent();
    }

    /** Whether any of its threads has that name; one that has ended has none. */
    public boolean hasThread(String name) {
        try {
            return TaskList.of(proc).named(name).isPresent();
        } catch (IOException ended) {
            return false;
        }
    }

    /** Whether the kernel lets it observe its own clones by that source, as far as that can be told from outside. */
    public boolean may(SourceKind source) throws IOException {
        ProcessStatus status = status();
        boolean admin = status.has(Capability.CAP_SYS_ADMIN);
        return switch (source) {
            case EBPF -> admin || status.has(Capability.CAP_BPF) && status.has(Capability.CAP_PERFMON);
            case TRACEFS -> status.user() == 0;
            // kernel.yama.ptrace_scope 2: only who has the capability (Documentation/admin-guide/LSM/Yama.rst).
            case PTRACE -> status.has(Capability.CAP_SYS_PTRACE) || !yama().equals("2");
            case STRACE, NONE -> true;
        };
    }

    /** Whether this process may trace it, or might if the JVM allowed that (Yama). */
    public boolean mayBeTraced() {
        try {
            TracePermission.check((int) pid);
            return true;
        } catch (SourceRefusedException refused) {
            return yama().equals("1");
        }
    }

    private ProcessStatus status() throws IOException {
        return ProcessStatus.of(proc).orElseThrow(() -> new NoSuchFileException(proc.toString()));
    }

    private String yama() {
        return Yama.of(proc.getParent()).scope().orElse("0");
    }

    /** HotSpot compares the user and the group of who sent a request with its own, and takes those of root. */
    private boolean isOfAnotherUser(ProcessStatus status) throws IOException {
        Optional<ProcessStatus> self = ProcessStatus.of(proc.resolveSibling("self"));
        return self.filter(own -> own.user() != 0)
                .filter(own -> own.user() != status.user() || own.group() != status.group())
                .isPresent();
    }

    /**
     * HotSpot asks the kernel who sent a request, and is told in terms of its own namespace (user_namespaces(7)).
     *
     * @param process its folder in /proc, or a link to it
     * @throws IOException if the process has ended
     */
    private boolean isStranger(Path process) throws IOException {
        Path self = proc.resolveSibling("self");
        // Of a kernel without user namespaces; a process that has ended has no such file, either.
        Path own = self.resolve("ns/user");
        if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)
                || Files.readSymbolicLink(own).equals(Files.readSymbolicLink(process.resolve("ns/user")))) {
            return false;
        }
        long user = ProcessStatus.of(self)
                .orElseThrow(() -> new NoSuchFileException(self.toString()))
                .user();
        for (String range :
                PseudoFile.bounded(process.resolve("uid_map")).lines().toList()) {
            // Inside, outside, how many.
            String[] numbers = range.strip().split("\\s+");
            long from = Long.parseLong(numbers[1]);
            if (user >= from && user < from + Long.parseLong(numbers[2])) {
                return false;
            }
        }
        return true;
    }
}
