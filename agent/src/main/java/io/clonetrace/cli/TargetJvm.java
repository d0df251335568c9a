package io.clonetrace.cli;

import io.clonetrace.cli.doctor.Capability;
import io.clonetrace.cli.doctor.JvmOptions;
import io.clonetrace.cli.doctor.ProcessStatus;
import io.clonetrace.linux.Folder;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.run.RunSource;
import io.clonetrace.run.RunUser;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.TracePermission;
import io.clonetrace.trace.ptrace.Yama;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A process that is said to be a JVM, as /proc shows it (proc(5)): looked at before anything is done to it. */
final class TargetJvm {
    /** By which attaching wakes a JVM (signal(7)). It kills who does not catch it. */
    private static final int SIGQUIT = 3;

    private static final String ATTACH_OFF = "DisableAttachMechanism";

    private final Path proc;
    private final long pid;

    /** @param proc the folder {@code /proc} */
    TargetJvm(Path proc, long pid) {
        this.proc = proc.resolve(Long.toString(pid));
        this.pid = pid;
    }

    static TargetJvm of(long pid) {
        return new TargetJvm(Path.of("/proc"), pid);
    }

    /** Why nothing can be attached to it, or not without harm, in a sentence; empty if something can. */
    Optional<String> refusal() {
        try {
            String maps = Files.readString(proc.resolve("maps"), StandardCharsets.ISO_8859_1);
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
            if (isStranger()) {
                return Optional.of("JVM " + pid + " is in another user namespace, where this user is nobody, and takes"
                        + " requests from its own user only: setpriv --reuid=" + user().user() + " --regid="
                        + user().group() + " --clear-groups clonetrace attach " + pid);
            }
            return Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.of("there is no process " + pid);
        } catch (AccessDeniedException others) {
            return Optional.of("process " + pid + " is another user's: run this as that user, or as root");
        } catch (IOException ended) {
            return Optional.of("process " + pid + " has ended");
        }
    }

    /** Its user and group: those of the files that it makes. */
    RunUser user() throws IOException {
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
     */
    Folder temporary() throws LinuxException {
        return Folder.inRoot(proc.resolve("root"), "tmp");
    }

    /** What is at that absolute path for the process, which may have another root. */
    Path inside(Path path) {
        return proc.resolve("root").resolve(path.toString().substring(1));
    }

    /** Whether it is in the same namespace of that kind (namespaces(7)), such as mnt, as this process. */
    boolean shares(String namespace) throws IOException {
        Path own = proc.resolveSibling("self").resolve("ns").resolve(namespace);
        return Files.readSymbolicLink(own)
                .equals(Files.readSymbolicLink(proc.resolve("ns").resolve(namespace)));
    }

    /** Whether it has a thread of that id and name: of one that has ended the id may be another's. */
    boolean hasThread(int tid, String name) {
        try {
            return Files.readString(
                            proc.resolve("task").resolve(Integer.toString(tid)).resolve("comm"))
                    .equals(name + "\n");
        } catch (IOException ended) {
            return false;
        }
    }

    /** Whether any of its threads has that name. */
    boolean hasThread(String name) throws IOException {
        try (var tasks = Files.newDirectoryStream(proc.resolve("task"))) {
            for (Path task : tasks) {
                if (hasThread(Integer.parseInt(task.getFileName().toString()), name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the kernel lets it observe its own clones by that source, as far as that can be told from outside. */
    boolean may(RunSource source) throws IOException {
        ProcessStatus status = status();
        boolean admin = status.has(Capability.CAP_SYS_ADMIN);
        return switch (source) {
            case EBPF -> admin || status.has(Capability.CAP_BPF) && status.has(Capability.CAP_PERFMON);
            case TRACEFS -> status.user() == 0;
            // kernel.yama.ptrace_scope 2: only who has the capability (Documentation/admin-guide/LSM/Yama.rst).
            case PTRACE -> status.has(Capability.CAP_SYS_PTRACE) || !yama().equals("2");
            default -> true;
        };
    }

    /** Whether this process may trace it, or might if the JVM allowed that (Yama). */
    boolean mayBeTraced() {
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

    /** HotSpot asks the kernel who sent a request, and is told in terms of its own namespace (user_namespaces(7)). */
    private boolean isStranger() throws IOException {
        Path self = proc.resolveSibling("self");
        if (!Files.exists(proc.resolve("ns/user")) || shares("user")) {
            return false;
        }
        long user = ProcessStatus.of(self)
                .orElseThrow(() -> new NoSuchFileException(self.toString()))
                .user();
        for (String range : Files.readAllLines(proc.resolve("uid_map"), StandardCharsets.ISO_8859_1)) {
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
