package io.clonetrace.fleet.export;

import io.clonetrace.cli.ExportOptions;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.linux.file.Terminal;
import io.clonetrace.report.read.RecordingFiles;
import io.clonetrace.report.text.PlainText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clonetrace export}. */
@Command(name = "export", description = ExportOptions.DESCRIPTION, mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;
    private static final int MOST_PRINTED = 5;
    private static final String KEPT = "the parts that are complete stay, and the same command goes on from there";

    /** Of the heap, for each part that is read at the same time. */
    private static final long BYTES_A_PART = 400L << 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ExportOptions options;

    @Override
    public Integer call() throws IOException {
        List<FoundRecording> recordings = new ArrayList<>();
        for (Path path : RecordingFiles.in(options.recordings)) {
            recordings.add(FoundRecording.of(path, options.labels));
        }
        PrintStream terminal = Terminal.STDERR.isThere() ? System.err : null;
        PartFiles.Format format = PartFiles.Format.valueOf(options.format.name().toUpperCase(Locale.ROOT));
        try (Export export = new Export(options.to, format)) {
            Thread interrupted = new Thread(() -> interrupt(export));
            Runtime.getRuntime().addShutdownHook(interrupted);
            try {
                Export.Result result = run(export, recordings, terminal);
                if (export.isStopped()) {
                    return 1;
                }
                print(result, recordings.size());
            } finally {
                forget(interrupted);
            }
        }
        return 0;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException itRuns) {
            // The JVM ends.
        }
    }

    /** At Ctrl-C. */
    private void interrupt(Export export) {
        try {
            export.close();
        } catch (IOException left) {
            // The next export removes it.
        }
        System.err.println("clonetrace: interrupted; " + KEPT);
    }

    private Export.Result run(Export export, List<FoundRecording> recordings, PrintStream terminal) throws IOException {
        try {
            return export.run(recordings, threads(), options.again, terminal);
        } catch (IOException full) {
            throw new IOException(
                    "the export into " + options.to + " stopped: " + FileFailure.writing(full) + "; " + KEPT, full);
        }
    }

    private int threads() {
        if (options.threads > 0) {
            return options.threads;
        }
        Runtime java = Runtime.getRuntime();
        return (int) Math.max(1, Math.min(java.availableProcessors(), java.maxMemory() / BYTES_A_PART));
    }

    private void print(Export.Result result, int files) {
        PrintWriter err = spec.commandLine().getErr();
        printFirst(
                result.problems().entrySet().stream()
                        .map(file -> file.getKey() + ": " + file.getValue().get(0))
                        .toList(),
                "files with problems: table problem",
                err);
        printFirst(
                result.plan().duplicates().entrySet().stream()
                        .map(file -> file.getKey() + " is a duplicate"
                                + (file.getValue() == null
                                        ? ": all of it has been exported before"
                                        : " of " + file.getValue()))
                        .toList(),
                "duplicates",
                err);
        err.printf(
                Locale.ROOT,
                "clonetrace: %,d recordings: %,d new parts of %,.1f MB, %,d rows in %.1f s; %s%n",
                files,
                result.plan().parts().size(),
                result.bytes() / MEGA,
                result.rows(),
                result.seconds(),
                options.to);
    }

    /** A fleet may have many of them. */
    private static void printFirst(List<String> lines, String what, PrintWriter err) {
        lines.stream().limit(MOST_PRINTED).forEach(line -> err.println("clonetrace: " + PlainText.clean(line)));
        if (lines.size() > MOST_PRINTED) {
            err.println("clonetrace: " + (lines.size() - MOST_PRINTED) + " more " + what);
        }
    }
}
