package io.clonetrace.cli;

import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.Patience;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.report.text.ShortReport;
import io.clonetrace.run.Account;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What {@code run} prints when its command has ended: a paragraph for each recording. */
final class RunSummary {
    private final PrintWriter out;

    RunSummary(PrintWriter out) {
        this.out = out;
    }

    /**
     * Prints it; a failure is one line.
     *
     * @param pid the command's
     * @param ran whether the command could be executed
     */
    void print(Recordings recordings, long pid, boolean ran) {
        try {
            List<Recordings.Unwritten> unwritten = recordings.unwritten(pid);
            print(recordings.take(), ran && unwritten.isEmpty(), recordings.isMany());
            unwritten.forEach(jvm -> say(rest(jvm)));
        } catch (LinuxException | RuntimeException | OutOfMemoryError | StackOverflowError failed) {
            say("the recordings can't be summarized: " + failed);
        }
        out.flush();
    }

    private static String rest(Recordings.Unwritten jvm) {
        return "JVM " + jvm.pid()
                + " ended before its recording was complete: it was killed, or halted by Runtime.halt; "
                + JfrRepository.of(jvm.pid(), jvm.began())
                        .map(folder -> "what JFR had written by then: clonetrace report " + folder)
                        .orElse("JFR's folder in the JVM's java.io.tmpdir, whose name ends in _" + jvm.pid()
                                + ", may hold a part: clonetrace report FOLDER");
    }

    private void print(List<Recordings.Found> recordings, boolean ran, boolean many) {
        ShortReport paragraphs = new ShortReport(out);
        for (Recordings.Found found : recordings) {
            // Figures of a part would be mistaken for those of the whole.
            if (found.problems().isEmpty()) {
                found.jvm().ifPresent(jvm -> paragraphs.print(found.file(), jvm));
            } else {
                int more = found.problems().size() - 1;
                say(found.file() + " " + found.problems().get(0) + (more == 0 ? "" : "; and " + more + " more of it"));
            }
        }
        // A command that did not run has been reported.
        if (recordings.isEmpty() && ran) {
            say(
                    many
                            ? "no recording: the command started no java of JDK 17 or newer (HotSpot, glibc) that read the"
                                    + " variable JDK_JAVA_OPTIONS; name java itself: clonetrace run -- java -jar app.jar"
                            : "no recording: this java loaded no agent; that takes HotSpot of JDK 17 or newer, with glibc");
        }
    }

    private void say(String line) {
        out.println("clonetrace: " + PlainText.clean(line));
    }

    /**
     * The same for recordings that another user's command left in that user's folder. A process of that user reads and
     * renames them, so that root does nothing there; it prints that process's output, truncated and sanitised.
     */
    static final class OfUser {
        /** The command's name for that process. */
        static final String COMMAND = "run-summary";

        static final String MANY = "many";
        static final String ONE = "one";

        /** How long to wait for a process that uses no processor time. */
        private static final long SECONDS = 30;

        private static final long CHECK_MILLIS = 250;
        private static final int MOST_BYTES = 1 << 20;
        private static final int LONGEST_LINE = 400;

        private final Account account;
        private final PrintWriter out;

        OfUser(Account account, PrintWriter out) {
            this.account = account;
            this.out = out;
        }

        /** Prints it; a failure, or half a minute without progress, is one line. */
        void print(Recordings recordings, long pid, boolean ran) {
            try {
                new String(output(recordings, pid, ran), Charset.defaultCharset())
                        .lines()
                        .map(line -> PlainText.begin(line, LONGEST_LINE))
                        .forEach(out::println);
            } catch (IOException failed) {
                out.println("clonetrace: the recordings can't be summarized: " + PlainText.clean(failed.getMessage()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            out.flush();
        }

        private byte[] output(Recordings recordings, long pid, boolean ran) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(account.command(System.getenv()));
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-Xmx48m",
                    "-jar",
                    ProgramJar.file().toAbsolutePath().toString(),
                    COMMAND,
                    recordings.isMany() ? MANY : ONE,
                    Boolean.toString(ran),
                    Long.toString(pid),
                    recordings.wanted().toString()));
            Account.separateKeys();
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            Account.separateKeys();
            CompletableFuture<byte[]> output = new CompletableFuture<>();
            Thread reading = new Thread(() -> read(process.getInputStream(), output), "summary");
            reading.setDaemon(true);
            reading.start();
            try (Writer names =
                    new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
                for (String name : recordings.before()) {
                    names.write(name + "\n");
                }
            } catch (IOException endedEarly) {
                // Its output says why.
            }
            try {
                return awaited(output, process.pid());
            } catch (ExecutionException failed) {
                throw new IOException(String.valueOf(failed.getCause().getMessage()), failed);
            } finally {
                process.destroyForcibly();
            }
        }

        private static byte[] awaited(CompletableFuture<byte[]> output, long pid)
                throws IOException, InterruptedException, ExecutionException {
            Patience patience = new Patience(
                    TimeUnit.SECONDS.toNanos(SECONDS),
                    TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS),
                    Path.of("/proc/" + pid));
            while (true) {
                try {
                    return output.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException silent) {
                    if (patience.isOver()) {
                        throw new IOException("that took too long", silent);
                    }
                }
            }
        }

        private static void read(InputStream in, CompletableFuture<byte[]> output) {
            try (in) {
                output.complete(in.readNBytes(MOST_BYTES));
            } catch (IOException | OutOfMemoryError failed) {
                output.completeExceptionally(failed);
            }
        }
    }
}
