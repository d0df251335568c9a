package io.clonetrace.cli;

import io.clonetrace.cli.output.OutputFile;
import io.clonetrace.cli.target.JvmName;
import io.clonetrace.cli.target.SupportedJvm;
import io.clonetrace.cli.target.TargetProcess;
import io.clonetrace.linux.process.Signals;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.run.KernelTrace;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import io.clonetrace.trace.ptrace.PtraceTracer;
import io.clonetrace.trace.wire.ChainWriter;
import io.clonetrace.trace.wire.TraceWriter;
import io.clonetrace.unwind.UnwindingThread;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace trace}: prints every clone of any program, a line each in strace's format. */
@Command(
        name = "trace",
        description =
                "Prints each clone of a program, a line each in strace's format, and with --stacks the native frames that"
                        + " made it. As root it stops no thread; otherwise the program stops only at its clones, not at"
                        + " every system call. Exit status: the command's own; with -p 0.",
        mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
    private static final List<SourceKind> AUTOMATIC = List.of(SourceKind.EBPF, SourceKind.TRACEFS, SourceKind.PTRACE);
    private static final List<SourceKind> SOURCES =
            List.of(SourceKind.EBPF, SourceKind.TRACEFS, SourceKind.PTRACE, SourceKind.STRACE);
    private static final String NO_STACKS = "--source tracefs has no stacks; --stacks needs ebpf, ptrace or strace";

    /** Detaching takes a moment, and the writer waits up to a second for its reader. */
    private static final long END_SECONDS = 5;

    /** The tracer of a JVM is small (ChildJvm): 250 copies. */
    private static final long MOST_COPIED_BY_TRACEE = 2 << 20;

    private static final long MOST_COPIED = 16 << 20;

    private final CountDownLatch over = new CountDownLatch(1);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "-p",
            paramLabel = "PID",
            description = "trace this running process: its pid, or the name of a JVM's jar or main class")
    private String target;

    private Integer pid;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = SourceKind.AUTO,
            description =
                    "source of clone flags: auto (the first of the next three that works), ebpf, tracefs (both need root),"
                            + " ptrace or strace (default: auto)")
    private String source;

    @Option(
            names = "--stacks",
            description =
                    "after each clone, the native frames that made it and the new thread's start routine; with strace"
                            + " the frames that strace -k finds; not with tracefs")
    private boolean stacks;

    @Option(names = "-o", paramLabel = "FILE", description = "write the lines to FILE, not to stdout")
    private Path file;

    @Option(names = "--follow-forks", description = "also trace the processes that it creates")
    private boolean followForks;

    @Option(
            names = "--by-tracee",
            hidden = true,
            description = "the process of -p started this one, and reads its lines: wait for a line on stdin, end with"
                    + " it, and never hold it up")
    private boolean byTracee;

    @Option(
            names = "--native-stacks",
            paramLabel = "TASKS",
            defaultValue = "off",
            hidden = true,
            description =
                    "with --by-tracee: for which tasks to write the native frames that made them; native, all, off")
    private String nativeStacks;

    @Option(
            names = "--rehearse",
            hidden = true,
            description = "the process of -p started this one, to see whether a seccomp filter lets it live: begin and"
                    + " end at once")
    private boolean rehearse;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "a program to start, and its arguments")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException, SourceRefusedException {
        if ((target == null) == command.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "either -p PID or a command is needed");
        }
        SupportedJvm.require();
        pid = target == null ? null : (Integer) JvmName.pid(target);
        if (rehearse) {
            Signals.leaveNoCore();
            KernelTrace.rehearse(candidates().get(0), pid);
            return 0;
        }
        if (byTracee && !beginAsTracer()) {
            return 1;
        }
        List<SourceKind> candidates = candidates();
        StackCapture.Mode mode = mode();
        Optional<CommandFile.Refusal> refusal =
                pid == null ? CommandFile.refusal(command.get(0), System.getenv("PATH")) : Optional.empty();
        if (refusal.isPresent()) {
            spec.commandLine()
                    .getErr()
                    .println("clonetrace: can't run \"" + PlainText.clean(command.get(0)) + "\": "
                            + PlainText.clean(refusal.get().reason()));
            return refusal.get().status();
        }
        if (pid != null && !byTracee) {
            // Each source would find out by itself, with a message of its own.
            TargetProcess.of(pid);
        }
        List<String> refusals = new ArrayList<>();
        try (OutputStream out = open();
                UnwindingThread unwinder =
                        new UnwindingThread(TraceCommand::unwinding, byTracee ? MOST_COPIED_BY_TRACEE : MOST_COPIED)) {
            StackCapture capture = new StackCapture(mode, unwinder);
            if (pid != null && mode != StackCapture.Mode.OFF) {
                // It may end right after its first clone.
                unwinder.prepare(pid);
            }
            for (SourceKind candidate : candidates) {
                try {
                    return candidate == SourceKind.PTRACE
                            ? byPtrace(capture, unwinder, out)
                            : byTheKernel(candidate, capture, unwinder, out);
                } catch (SourceRefusedException refused) {
                    // A single source need not be named.
                    String which = candidates.size() == 1 ? "" : candidate.label() + ": ";
                    refusals.add(which + refused.getMessage());
                }
            }
        } finally {
            over.countDown();
        }
        throw new SourceRefusedException(String.join("; ", refusals));
    }

    private static Thread unwinding(Runnable unwinder) {
        Thread thread = new Thread(unwinder, "clonetrace-unwinder");
        thread.setDaemon(true);
        return thread;
    }

    private StackCapture.Mode mode() {
        if (stacks) {
            return StackCapture.Mode.ALL;
        }
        for (StackCapture.Mode mode : StackCapture.Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(nativeStacks)) {
                return mode;
            }
        }
        throw new ParameterException(
                spec.commandLine(), "--native-stacks takes native, all or off, not " + nativeStacks);
    }

    private List<SourceKind> candidates() {
        if (source.equals(SourceKind.AUTO)) {
            return stacks
                    ? AUTOMATIC.stream()
                            .filter(kind -> kind != SourceKind.TRACEFS)
                            .toList()
                    : AUTOMATIC;
        }
        if (stacks && source.equals(SourceKind.TRACEFS.label())) {
            throw new ParameterException(spec.commandLine(), NO_STACKS);
        }
        return List.of(SourceKind.named(source)
                .filter(SOURCES::contains)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "no source \"" + source + "\"; the sources are auto, " + SourceKind.labels(SOURCES))));
    }

    private int byTheKernel(SourceKind kind, StackCapture capture, UnwindingThread unwinder, OutputStream out)
            throws SourceRefusedException {
        KernelTrace trace = pid == null
                ? KernelTrace.launch(kind, command, followForks, capture)
                : KernelTrace.attach(kind, pid, followForks, capture);
        if (trace.captureRefusal() != null) {
            spec.commandLine().getErr().println("clonetrace: stacks are not captured: " + trace.captureRefusal());
        }
        if (pid != null) {
            atASignal(trace::stop);
        }
        int status = trace.write(
                out,
                chains(trace.captureRefusal() == null ? capture : StackCapture.OFF),
                this::unwritten,
                why -> spec.commandLine()
                        .getErr()
                        .println("clonetrace: " + kind.label() + " no longer observes: " + why));
        summary(trace.seen(), trace.lost(), trace.lostStacks() + unwinder.dropped());
        if (trace.doubt() != null) {
            spec.commandLine().getErr().println("clonetrace: " + trace.doubt());
        }
        return status;
    }

    /**
     * Ctrl-C ends the tracing, not the program: this process then ends within seconds, even if the reader of its pipe
     * reads nothing, and leaves no task stopped.
     */
    private void atASignal(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.run();
            try {
                over.await(END_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void unwritten(IOException failed) {
        spec.commandLine().getErr().println("clonetrace: the trace can't be written: " + failed.getMessage());
    }

    private ChainWriter chains(StackCapture capture) {
        return new ChainWriter(capture, stacks);
    }

    private void summary(long seen, long lost, long lostStacks) {
        spec.commandLine()
                .getErr()
                .println("clonetrace: " + seen + (seen == 1 ? " clone" : " clones") + " seen, " + lost + " lost"
                        + (lostStacks == 0 ? "" : ", " + lostStacks + " without the stack"));
    }

    private int byPtrace(StackCapture capture, UnwindingThread unwinder, OutputStream out)
            throws InterruptedException, SourceRefusedException {
        TraceWriter.Times times = byTracee ? TraceWriter.Times.NANOSECONDS : TraceWriter.Times.MICROSECONDS;
        TraceWriter writer = new TraceWriter(out, SourceKind.PTRACE.label(), times, chains(capture), this::unwritten);
        try {
            PtraceTracer tracer = pid == null
                    ? PtraceTracer.launch(command, followForks, capture, writer)
                    : PtraceTracer.attach(pid, followForks, capture, writer);
            writer.tellLossesOf(tracer.counts()::lost);
            return untilTheEnd(tracer, writer, unwinder);
        } finally {
            writer.close();
        }
    }

    /** The tracee started this process: it ends with the tracee, and its name in /proc is clonetrace. */
    private static boolean beginAsTracer() throws IOException {
        Signals.ignoreGroups();
        Signals.dieWithParent();
        try {
            Files.writeString(Path.of("/proc/self/comm"), "clonetrace");
        } catch (IOException notDumpable) {
            // Then only the name is missing.
        }
        return System.in.read() >= 0;
    }

    private int untilTheEnd(PtraceTracer tracer, TraceWriter writer, UnwindingThread unwinder)
            throws InterruptedException {
        if (pid == null) {
            ForwardedSignals.to(tracer.launched(), writer::hurry);
        } else {
            atASignal(() -> {
                writer.hurry();
                tracer.stop();
            });
        }
        OptionalInt status = tracer.awaitEnd();
        writer.close();
        if (tracer.failure() != null) {
            spec.commandLine().getErr().println("clonetrace: " + tracer.failure() + "; the command ran on untraced");
        }
        summary(tracer.counts().seen(), tracer.counts().lost() + writer.lost(), unwinder.dropped());
        return pid == null ? status.orElse(1) : 0;
    }

    private OutputStream open() throws IOException {
        return file == null ? new FileOutputStream(FileDescriptor.out) : OutputFile.open(file);
    }
}
