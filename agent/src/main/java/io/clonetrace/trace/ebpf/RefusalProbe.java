package io.clonetrace.trace.ebpf;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.bpf.Bpf;
import io.clonetrace.linux.bpf.BpfProgram;
import io.clonetrace.linux.proc.PseudoFile;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.trace.AccessDenial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * BPF programs at the {@linkplain ErrorPath error paths} of the C library that a process has mapped. A clone that
 * succeeds does not get there. The kernel writes a breakpoint into the process's own copy of the page, not into the
 * file, and takes it out when this is closed or this process ends. Raw system calls, a static program's, and those of
 * _Fork and vfork are not seen.
 */
final class RefusalProbe implements AutoCloseable {
    private static final Path TYPE = Path.of("/sys/bus/event_source/devices/uprobe/type");

    private final List<BpfProgram> programs = new ArrayList<>();

    private RefusalProbe() {}

    /** Why refused clones are not observed, in words that follow a colon. */
    static final class UnseenException extends Exception {
        private static final long serialVersionUID = 1;

        UnseenException(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /**
     * Attaches the programs.
     *
     * @param pid the process whose C library it is, and the only one to watch unless {@code everywhere}
     * @param everywhere whether to watch every process that maps the same file; the program decides whose calls count
     * @param code makes the program for an error path
     * @throws UnseenException if that is impossible here; nothing is attached then
     */
    static RefusalProbe attach(
            int pid, boolean everywhere, Processor processor, Function<ErrorPath, List<Instruction>> code)
            throws UnseenException {
        RefusalProbe probe = new RefusalProbe();
        boolean done = false;
        try (MappedLibC library = MappedLibC.of(Path.of("/proc/" + pid), processor)) {
            String file = library.file().link().toString();
            boolean linked = true;
            for (ErrorPath path : library.errorPaths()) {
                long[] instructions = Instruction.encoded(code.apply(path));
                linked = linked && probe.link(instructions, file, path.offset(), everywhere ? BpfProgram.ALL : pid);
                if (!linked) {
                    BpfProgram program = probe.add(Bpf.loadProbe(instructions));
                    int type = Integer.parseInt(PseudoFile.of(TYPE));
                    program.attach(type, file, path.offset(), everywhere ? BpfProgram.ALL : task(pid));
                }
            }
            done = true;
            return probe;
        } catch (LinuxException refused) {
            String denied = AccessDenial.is(refused) ? AccessDenial.reason(Rights.own()) : "";
            throw new UnseenException("a uprobe was refused, " + refused.getMessage() + denied, refused);
        } catch (IOException | NumberFormatException unknown) {
            throw new UnseenException(
                    Files.exists(TYPE) ? unknown.getMessage() : "this kernel has no uprobes (no " + TYPE + ")",
                    unknown);
        } finally {
            if (!done) {
                probe.close();
            }
        }
    }

    private BpfProgram add(BpfProgram program) {
        programs.add(program);
        return program;
    }

    /** Attaches by a link; false if this kernel has none for uprobes, which then are perf events. */
    private boolean link(long[] instructions, String file, long offset, int process) {
        try {
            add(Bpf.loadLinkedProbe(instructions)).link(file, offset, process);
            return true;
        } catch (LinuxException older) {
            return false;
        }
    }

    /**
     * A thread of the process that lives as long as the observation: the calling thread if the process is this one. The
     * kernel watches the memory of that thread's process, and stops when the thread ends.
     */
    private static int task(int pid) throws IOException {
        Path self = Files.readSymbolicLink(Path.of("/proc/thread-self")); // PID/task/TID
        return self.getName(0).toString().equals(Integer.toString(pid))
                ? Integer.parseInt(self.getFileName().toString())
                : pid;
    }

    /** What {@link #close} would detach. */
    List<BpfProgram> programs() {
        return programs;
    }

    /** Waits until the kernel has removed the breakpoints. */
    @Override
    public void close() {
        programs.forEach(BpfProgram::close);
        programs.clear();
    }
}
