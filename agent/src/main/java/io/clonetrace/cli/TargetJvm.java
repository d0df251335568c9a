package io.clonetrace.cli;

import io.clonetrace.run.RunSource;
import io.clonetrace.run.RunUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that is said to be a JVM, as /proc shows it (proc(5)): looked at before anything is done to it. */
final class TargetJvm {
    /**
     * SIGQUIT, by which attaching wakes a JVM: bit 2 of SigCgt (signal(7), proc(5)). It kills who does not catch it.
     */
    private static final long SIGQUIT = 1L << 2;

    // linux/capability.h
    private static final int CAP_SYS_PTRACE = 19;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    private static final String DISABLED = "-XX:+DisableAttachMechanism";
    private static final int EFFECTIVE = 1;

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
            if (arguments().contains(DISABLED)) {
                return Optional.of("JVM " + pid + " was started with " + DISABLED
                        + "; start it with -javaagent:clonetrace.jar instead");
            }
            if (status("State:").orElse("").startsWith("T")) {
                return Optional.of("JVM " + pid + " is stopped; let it go on first: kill -CONT " + pid);
            }
            if ((Long.parseUnsignedLong(status("SigCgt:").orElse("0"), 16) & SIGQUIT) == 0) {
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
        return new RunUser(number("Uid:"), number("Gid:"));
    }

    /** Its pid as it sees itself. */
    String pidInside() throws IOException {
        return status("NSpid:").orElse(Long.toString(pid)).replaceFirst(".*\\s", "");
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
        long has = Long.parseUnsignedLong(status("CapEff:").orElse("0"), 16);
        boolean admin = has(has, CAP_SYS_ADMIN);
        return switch (source) {
            case EBPF -> admin || has(has, CAP_BPF) && has(has, CAP_PERFMON);
            case TRACEFS -> number("Uid:") == 0;
            // kernel.yama.ptrace_scope 2: only who has the capability (Documentation/admin-guide/LSM/Yama.rst).
            case PTRACE -> has(has, CAP_SYS_PTRACE) || !yama().equals("2");
            default -> true;
        };
    }

    Optional<String> status(String field) throws IOException {
        return Files.readAllLines(proc.resolve("status"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .findFirst();
    }

    /** Its command line, and the variables that a JVM takes options from. */
    private String arguments() throws IOException {
        String line = Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        String variables = Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1);
        StringBuilder all = new StringBuilder(line);
        for (String variable : variables.split("\0")) {
            if (variable.matches("(?s)(JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS)=.*")) {
                all.append(variable);
            }
        }
        return all.toString();
    }

    /** HotSpot asks the kernel who sent a request, and is told in terms of its own namespace (user_namespaces(7)). */
    private boolean isStranger() throws IOException {
        Path self = proc.resolveSibling("self");
        if (!Files.exists(proc.resolve("ns/user")) || shares("user")) {
            return false;
        }
        long user = effective(Files.readAllLines(self.resolve("status"), StandardCharsets.ISO_8859_1), "Uid:");
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

    private int number(String field) throws IOException {
        return effective(Files.readAllLines(proc.resolve("status"), StandardCharsets.ISO_8859_1), field);
    }

    private int effective(List<String> status, String field) throws IOException {
        for (String line : status) {
            if (line.startsWith(field)) {
                // Real, effective, saved, of the file system.
                return Integer.parseInt(line.substring(field.length()).strip().split("\\s+")[EFFECTIVE]);
            }
        }
        throw new NoSuchFileException(proc.toString());
    }

    private String yama() {
        try {
            return Files.readString(proc.resolveSibling("sys/kernel/yama/ptrace_scope"))
                    .strip();
        } catch (IOException noYama) {
            return "0";
        }
    }

    private static boolean has(long capabilities, int capability) {
        return (capabilities >>> capability & 1) != 0;
    }
}
