package io.clonetrace.cli;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.report.RecordingSummary;
import io.clonetrace.report.TextReport;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.strace.StraceParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace report FILE.jfr}. */
@Command(
        name = "report",
        description = "Prints what a recording says of threads, their clone flags and their stacks.",
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    private static final int BUFFER = 1 << 16;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.jfr", description = "a flight recording made with the agent")
    private Path recording;

    @Option(
            names = "--program",
            paramLabel = "NAME=TRACE",
            description = "the strace output of another program, shown beside the JVM's rows; may be repeated")
    private Map<String, Path> programs = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        RecordingSummary summary = read(recording);
        for (Map.Entry<String, Path> program : programs.entrySet()) {
            readTrace(program.getValue(), new CloneSink() {
                @Override
                public void cloned(CloneCall call) {
                    summary.clones().addProgram(program.getKey(), call);
                }

                @Override
                public void exited(int tid) {
                    // A table of calls has no use for a task's end.
                }
            });
        }
        new TextReport(summary, spec.commandLine().getOut()).print();
        return 0;
    }

    /** The recording, or one line why it can't be read. */
    static RecordingSummary read(Path file) throws IOException {
        try {
            return RecordingSummary.read(file);
        } catch (IOException unreadable) {
            throw new IOException(file + " can't be read as a recording: " + unreadable.getMessage(), unreadable);
        } catch (RuntimeException | InternalError damaged) {
            // JFR's parser answers a damaged file with whatever it stumbles over.
            throw new IOException(
                    file + " can't be read as a recording: it is damaged ("
                            + damaged.getClass().getSimpleName() + ")",
                    damaged);
        }
    }

    private static void readTrace(Path file, CloneSink sink) throws IOException {
        StraceParser parser = new StraceParser(sink, CloneCall.UNKNOWN, ZonedDateTime::now);
        byte[] buffer = new byte[BUFFER];
        try (InputStream trace = Files.newInputStream(file)) {
            for (int length = trace.read(buffer); length >= 0; length = trace.read(buffer)) {
                parser.feed(buffer, 0, length);
            }
        } catch (IOException unreadable) {
            throw new IOException(file + " can't be read: " + unreadable.getMessage(), unreadable);
        }
        parser.end();
    }
}
