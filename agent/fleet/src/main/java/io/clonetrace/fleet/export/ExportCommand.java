package io.clonetrace.fleet.export;

import io.clonetrace.cli.ExportOptions;
import io.clonetrace.cli.output.TerminalLine;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.report.read.RecordingFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
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
        PartFiles.Format format = PartFiles.Format.valueOf(options.format.name().toUpperCase(Locale.ROOT));
        try (Export export = into(options.to, format)) {
            Thread interrupted = new Thread(() -> interrupt(export));
            Runtime.getRuntime().addShutdownHook(interrupted);
            try {
                Export.Result result = run(export, recordings);
                if (export.isStopped()) {
                    return 1;
                }
                ExportSummary.print(
                        recordings.size(),
                        result.plan(),
                        result.problems(),
                        result.rows(),
                        result.seconds(),
                        options.to.toString(),
                        spec.commandLine().getErr());
            } finally {
                forget(interrupted);
            }
        }
        return 0;
    }

    private static Export into(Path folder, PartFiles.Format format) throws IOException {
        try {
            return new Export(folder, format);
        } catch (FileSystemException refused) {
            throw new IOException(folder + " can't be written: " + FileFailure.writing(refused), refused);
        }
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

    private Export.Result run(Export export, List<FoundRecording> recordings) throws IOException {
        try {
            return export.run(
                    recordings,
                    threads(),
                    options.again,
                    TerminalLine.onTerminal(spec.commandLine().getErr()));
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
}
