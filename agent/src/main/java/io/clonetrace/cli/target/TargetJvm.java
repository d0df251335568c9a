package io.clonetrace.cli.target;

import io.clonetrace.agent.options.AgentOptions.SourceOption;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.Musl;
import io.clonetrace.linux.proc.ProcessStart;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.run.RunUser;
import io.clonetrace.stack.TaskList;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Yama;
import io.clonetrace.trace.ptrace.TracePermission;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that should be a JVM, as /proc shows it (proc(5)): checked before anything is sent to it. One instance
 * serves a command from the first check to the last, and so notices if the pid is reused or the process changes its
 * user.
 */
public final class TargetJvm {
    /** The kernel's name of the agent's thread. */
    public static final String AGENT_THREAD = "clonetrace";

    private static final int PATIENCE_SECONDS = 5;

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

    /**
     * A JVM that an agent can be attached to, unless its options forbid it.
     *
     * @throws IOException if nothing can, or not without harm, saying why in a sentence
     */
    public static TargetJvm attachable(long pid) throws IOException {
        TargetJvm jvm = of(pid);
        jvm.demandAttachable();
        jvm.demandAgentPossible();
        return jvm;
    }

    /** @throws IOException if it is a 32-bit JVM, or its C library is one that the agent does not support */
    void demandAgentPossible() throws IOException {
        String maps = PseudoFile.bounded(proc.resolve("maps"));
        if (Musl.isMapped(maps)) {
            throw new IOException(AttachRefusal.musl(pid, proc).sentence());
        }
        if (TargetFacts.isNarrow(maps)) {
            throw new IOException(AttachRefusal.narrow(pid, proc).sentence());
        }
    }

    /** @throws IOException if nothing can be attached to it now, saying why in a sentence */
    void demandAttachable() throws IOException {
        Optional<String> refusal = refusal();
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
    }

    /** Why nothing can be attached to it, or not without harm, in a sentence; empty if something can. */
    Optional<String> refusal() {
        try {
            return TargetFacts.of(proc, pid).refusal().map(AttachRefusal::sentence);
        } catch (NoSuchFileException gone) {
            return Optional.of("there is no process " + pid);
        } catch (AccessDeniedException others) {
            return Optional.of(unreadable());
        } catch (IOException unreadable) {
            return Optional.of(
                    isStillThere()
                            ? "process " + pid + " can't be looked at: " + unreadable.getMessage()
                            : "process " + pid + " has ended");
        }
    }

    /** As the kernel decides on /proc/PID/maps (proc(5), ptrace(2): PTRACE_MODE_READ). */
    private String unreadable() {
        long self = ProcessStatus.of(proc.resolveSibling("self"))
                .map(ProcessStatus::user)
                .orElse(-1L);
        long owner = atFirst.map(ProcessStatus::user).orElse(-1L);
        if (self != 0 && self != owner) {
            return "process " + pid + " is another user's; run as that user, or as root";
        }
        String name = atFirst.flatMap(status -> status.field("Name")).orElse("?");
        return "process " + pid + " (" + PlainText.clean(name) + ") can't be looked at, "
                + (self == 0
                        ? "even as root: a security module or a missing CAP_SYS_PTRACE forbids it"
                        : "since it is not dumpable (prctl(2)); run as root")
                + "; if another process is meant, clonetrace attach NAME finds a JVM by its jar or main class";
    }

    /** Its pid, in this process's pid namespace. */
    public long pid() {
        return pid;
    }

    /** Its folder in /proc. */
    public Path folder() {
        return proc;
    }

    /** Whether it is running, and not a later process with the same pid. */
    public boolean isStillThere() {
        return started.map(ProcessStart::isRunning).orElse(false);
    }

    /** Whether HotSpot accepts a file of that user as a request to listen: its own user's, or root's. */
    boolean trusts(int user) throws IOException {
        return user == 0 || user == user().user();
    }

    /**
     * HotSpot looks for the file that makes it listen in its working directory first, and then in {@code /tmp}.
     *
     * @throws IOException if there is one that it would not accept, and print a thread dump instead
     */
    void refuseTriggerOfOthers(String name) throws IOException {
        Path first = proc.resolve("cwd").resolve(name);
        Optional<Integer> owner = owner(first);
        if (owner.isPresent() && !trusts(owner.get())) {
            throw new IOException(first + " is another user's, and JVM " + pid
                    + " would print its threads instead of listening; remove it");
        }
    }

    /** The file's owner; empty if there is none, or none visible from here. */
    private static Optional<Integer> owner(Path file) throws IOException {
        // A file system of the JVM's user (FUSE) may not answer.
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

    /** Sends the signal that makes it look for that file. */
    void askToListen() throws IOException {
        // Checked after the descriptor is open: the pid may have been reused before.
        try (PidFd process = PidFd.of((int) pid)) {
            refuseIfAnother();
            if (!isStillThere() || !process.send(TargetFacts.SIGQUIT)) {
                throw new IOException("process " + pid + " has ended");
            }
        }
    }

    /** @throws IOException if it has executed another program since, which the signal might kill (execve(2)) */
    void refuseIfAnother() throws IOException {
        ProcessStatus now = status();
        boolean sameUser = atFirst.filter(first -> first.field("Uid").equals(now.field("Uid"))
                        && first.field("Gid").equals(now.field("Gid")))
                .isPresent();
        if (!sameUser || !now.catches(TargetFacts.SIGQUIT)) {
            throw new IOException("JVM " + pid + " has changed its user, or executed another program");
        }
    }

    /** Whether that signal is still pending: the process has not run since. */
    boolean hasNotRun() {
        return ProcessStatus.of(proc)
                .filter(status -> status.hasPending(TargetFacts.SIGQUIT))
                .isPresent();
    }

    /** Whether the agent would start a tracer in it for that source, as far as that is visible from outside. */
    boolean startsTracer(SourceOption source) throws IOException {
        if (source.file().isPresent()) {
            return false;
        }
        return source.name().equals(SourceKind.AUTO)
                ? AttachRoom.autoTraces(status())
                : SourceKind.named(source.name())
                        .filter(SourceKind::startsTracer)
                        .isPresent();
    }

    /** Its user and group: those of the files that it makes. */
    public RunUser user() throws IOException {
        ProcessStatus status = status();
        return new RunUser((int) status.user(), (int) status.group());
    }

    /** Its pid in its own pid namespace. */
    String pidInside() throws IOException {
        return status().idInside().orElse(Long.toString(pid));
    }

    /**
     * Its {@code /tmp}, which may differ from this process's, and which it may change at any moment.
     *
     * @throws LinuxException if there is none, or it can't be opened
     * @throws IOException if the JVM has entered another user namespace since {@link #refusal}
     */
    public Folder temporary() throws IOException, LinuxException {
        // The first of these loads native code, which takes long, and pins the process, whose pid may be reused.
        try (Folder process = Folder.open(proc);
                Folder root = Folder.open(process.link().resolve("root"), proc.resolve("root"))) {
            // Looked at again, through the descriptor: only in a user namespace of its own can a process without rights
            // mount what it likes at its /tmp. No process returns from there: one that is not in it now was not in it
            // when its root was opened.
            if (TargetFacts.isInOtherUserNamespace(process.link(), proc.resolveSibling("self"))) {
                throw new IOException("JVM " + pid + " has entered a user namespace of its own");
            }
            return root.asRoot("tmp");
        }
    }

    /** Whether it is in the same namespace of that type (namespaces(7)), such as mnt, as this process. */
    public boolean shares(String namespace) throws IOException {
        Path own = proc.resolveSibling("self").resolve("ns").resolve(namespace);
        return Files.readSymbolicLink(own)
                .equals(Files.readSymbolicLink(proc.resolve("ns").resolve(namespace)));
    }

    /**
     * The tid, in this process's pid namespace, of the thread with that name that has the given tid in the JVM's own;
     * -1 if there is none.
     */
    public int tidOutside(int tidInside, String name) throws IOException {
        if (!status().isInInnerPidNamespace()) {
            return tidInside;
        }
        TaskList tasks = TaskList.of(proc);
        String inside = Integer.toString(tidInside);
        for (int tid : tasks.tids()) {
            if (tasks.comm(tid).filter(name::equals).isPresent()
                    && ProcessStatus.of(proc.resolve("task/" + tid))
                            .flatMap(ProcessStatus::idInside)
                            .filter(inside::equals)
                            .isPresent()) {
                return tid;
            }
        }
        return -1;
    }

    /** Whether it has a thread with that tid and name; the tid alone may be reused. */
    public boolean hasThread(int tid, String name) {
        return TaskList.of(proc).comm(tid).filter(name::equals).isPresent();
    }

    /** Whether one of its live threads has that name. */
    public boolean hasThread(String name) {
        try {
            return TaskList.of(proc).named(name).isPresent();
        } catch (IOException ended) {
            return false;
        }
    }

    /**
     * Whether the kernel allows it to observe its own clones by that source, as far as that is visible from outside.
     */
    public boolean may(SourceKind source) throws IOException {
        ProcessStatus status = status();
        boolean admin = status.has(Capability.CAP_SYS_ADMIN);
        return switch (source) {
            case EBPF -> admin || status.has(Capability.CAP_BPF) && status.has(Capability.CAP_PERFMON);
            case TRACEFS -> status.user() == 0;
            // kernel.yama.ptrace_scope 2: only with the capability (Documentation/admin-guide/LSM/Yama.rst).
            case PTRACE -> status.has(Capability.CAP_SYS_PTRACE) || !yama().equals("2");
            case STRACE, NONE -> true;
        };
    }

    /** Whether this process may trace it, or could if the JVM allowed that (Yama). */
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
}
