package io.clonetrace.cli;

import io.clonetrace.linux.Signals;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import io.clonetrace.trace.ptrace.PtraceTracer;
import io.clonetrace.trace.ptrace.TraceWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace trace}: every clone of any program, one line each in strace's form, by ptrace and without root. */
@Command(
        name = "trace",
        description = "Prints each clone of a program, one line in strace's form; it stops only there, not at every"
                + " system call. Exit status: the command's own; with -p 0.",
        mixinStandardHelpOptions = true)
final class TraceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "-p", paramLabel = "PID", description = "trace this running process")
    private Integer pid;

    @Option(names = "-o", paramLabel = "FILE", description = "write the lines to FILE, not to stdout")
    private Path file;

    @Option(names = "--follow-forks", description = "trace the processes that it makes, too")
    private boolean followForks;

    @Option(
            names = "--by-tracee",
            hidden = true,
            description = "the process of -p started this one, and reads its lines: wait for a line on stdin, end with"
                    + " it, and never hold it up")
    private boolean byTracee;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "a program to start, and its arguments")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException, SourceRefusedException {
        if ((pid == null) == command.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "either -p PID or a command is needed");
        }
        PrintWriter err = spec.commandLine().getErr();
        if (byTracee && !beginAsTracer()) {
            return 1;
        }
        try (OutputStream out = open()) {
            TraceWriter writer = new TraceWriter(
                    out,
                    byTracee ? TraceWriter.Reader.TRACEE : TraceWriter.Reader.OTHER,
                    failed -> err.println("clonetrace: the trace can't be written: " + failed.getMessage()));
            PtraceTracer tracer = pid == null
                    ? PtraceTracer.launch(command, followForks, writer)
                    : PtraceTracer.attach(pid, followForks, writer);
            writer.tellLossesOf(tracer.counts());
            return untilTheEnd(tracer, writer, err);
        }
    }

    /** A process of the tracee's own: it lives as long as that, and has a name by which people know it. */
    private static boolean beginAsTracer() throws IOException {
        Signals.ignoreGroups();
        Signals.dieWithParent();
        try {
            Files.writeString(Path.of("/proc/self/comm"), "clonetrace");
        } catch (IOException notDumpable) {
            // Only a name is missing then.
        }
        return System.in.read() >= 0;
    }

    private int untilTheEnd(PtraceTracer tracer, TraceWriter writer, PrintWriter err) throws InterruptedException {
        if (pid == null) {
            ForwardedSignals.to(tracer.pid());
        } else {
            // Ctrl-C ends the tracing, not the program.
            Runtime.getRuntime().addShutdownHook(new Thread(tracer::stop));
        }
        OptionalInt status = tracer.awaitEnd();
        writer.close();
        long lost = tracer.counts().lost() + writer.lost();
        err.println("clonetrace: " + tracer.counts().seen() + " clones seen, " + lost + " lost");
        return pid == null ? status.orElse(1) : 0;
    }

    private OutputStream open() throws IOException {
        try {
            return file == null ? new FileOutputStream(FileDescriptor.out) : new FileOutputStream(file.toFile());
        } catch (IOException refused) {
            throw new IOException(file + " can't be written: " + refused.getMessage(), refused);
        }
    }
}
