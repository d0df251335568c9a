package io.clonetrace.cli;

import io.clonetrace.cli.output.OutputFile;
import io.clonetrace.cli.target.TargetProcess;
import io.clonetrace.linux.process.Signals;
import io.clonetrace.run.KernelTrace;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import io.clonetrace.trace.ptrace.PtraceTracer;
import io.clonetrace.trace.wire.TraceWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
                "Prints each clone of a program, a line each in strace's format. As root it stops no thread; otherwise"
                        + " the program stops only at its clones, not at every system call. Exit status: the command's own;"
                        + " with -p 0.",
        mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
    private static final List<SourceKind> SOURCES = List.of(SourceKind.EBPF, SourceKind.TRACEFS, SourceKind.PTRACE);

    /** Detaching takes a moment, and the writer waits up to a second for its reader. */
    private static final long END_SECONDS = 5;

    private final CountDownLatch over = new CountDownLatch(1);

    @Spec
    private CommandSpec spec;

    @Option(names = "-p", paramLabel = "PID", description = "trace this running process")
    private Integer pid;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = SourceKind.AUTO,
            description =
                    "source of clone flags: auto (the first of the others that works), ebpf, tracefs (both need root) or"
                            + " ptrace (default: auto)")
    private String source;

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
            names = "--rehearse",
            hidden = true,
            description = "the process of -p started this one, to see whether a seccomp filter lets it live: begin and"
                    + " end at once")
    private boolean rehearse;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "a program to start, and its arguments")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException, SourceRefusedException {
        if ((pid == null) == command.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "either -p PID or a command is needed");
        }
        if (rehearse) {
            Signals.leaveNoCore();
            KernelTrace.rehearse(candidates().get(0), pid);
            return 0;
        }
        if (byTracee && !beginAsTracer()) {
            return 1;
        }
        List<SourceKind> candidates = candidates();
        if (pid != null && !byTracee) {
            // Each source would find out by itself, with a message of its own.
            TargetProcess.of(pid);
        }
        List<String> refusals = new ArrayList<>();
        try (OutputStream out = open()) {
            for (SourceKind candidate : candidates) {
                try {
                    return candidate == SourceKind.PTRACE ? byPtrace(out) : byTheKernel(candidate, out);
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

    private List<SourceKind> candidates() {
        if (source.equals(SourceKind.AUTO)) {
            return SOURCES;
        }
        return List.of(SourceKind.named(source)
                .filter(SOURCES::contains)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "no source \"" + source + "\"; the sources are auto, " + SourceKind.labels(SOURCES))));
    }

    private int byTheKernel(SourceKind kind, OutputStream out) throws SourceRefusedException {
        KernelTrace trace = pid == null
                ? KernelTrace.launch(kind, command, followForks)
                : KernelTrace.attach(kind, pid, followForks);
        if (pid != null) {
            atASignal(trace::stop);
        }
        int status = trace.write(
                out,
                this::unwritten,
                why -> spec.commandLine()
                        .getErr()
                        .println("clonetrace: " + kind.label() + " no longer observes: " + why));
        summary(trace.seen(), trace.lost());
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

    private void summary(long seen, long lost) {
        spec.commandLine()
                .getErr()
                .println("clonetrace: " + seen + (seen == 1 ? " clone" : " clones") + " seen, " + lost + " lost");
    }

    private int byPtrace(OutputStream out) throws InterruptedException, SourceRefusedException {
        TraceWriter.Times times = byTracee ? TraceWriter.Times.NANOSECONDS : TraceWriter.Times.MICROSECONDS;
        TraceWriter writer = new TraceWriter(out, SourceKind.PTRACE.label(), times, this::unwritten);
        try {
            PtraceTracer tracer = pid == null
                    ? PtraceTracer.launch(command, followForks, writer)
                    : PtraceTracer.attach(pid, followForks, writer);
            writer.tellLossesOf(tracer.counts()::lost);
            return untilTheEnd(tracer, writer);
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

    private int untilTheEnd(PtraceTracer tracer, TraceWriter writer) throws InterruptedException {
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
        summary(tracer.counts().seen(), tracer.counts().lost() + writer.lost());
        return pid == null ? status.orElse(1) : 0;
    }

    private OutputStream open() throws IOException {
        return file == null ? new FileOutputStream(FileDescriptor.out) : OutputFile.open(file);
    }
}
