package io.clonetrace.cli;

import io.clonetrace.cli.output.ProgressLine;
import io.clonetrace.cli.output.TerminalLayout;
import io.clonetrace.explain.Incident;
import io.clonetrace.explain.IncidentJson;
import io.clonetrace.explain.IncidentReader;
import io.clonetrace.explain.IncidentText;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.report.text.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace explain FILE...}. */
@Command(
        name = "explain",
        description = {
            "Tells after the fact why threads could not be started, from what there is: error files, console logs,"
                    + " dumps, limits, logs of strace, in any mixture. It names the limit or the filter, the threads, and what the"
                    + " inputs do not tell; each sentence ends with the lines it comes from.",
            "Nothing is read but the inputs. docs/explain.md lists what can be recognised.",
            "Exit status: 0 done, 1 a file could not be read or nothing was recognised, 2 wrong usage."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private static final String STDIN = "-";

    private static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "files of one incident, - for stdin; gzip, UTF-16, CRLF and the prefixes of logs are read")
    private List<String> files;

    @Option(names = "--json", description = "print JSON on stdout instead of the text")
    private boolean json;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "colours in the text: ${COMPLETION-CANDIDATES}; auto: on a terminal, unless NO_COLOR is set")
    private TerminalLayout.Colour colour;

    private int unreadable;

    @Override
    public Integer call() throws IOException {
        try {
            // A file that is named twice holds no more than once.
            files = files.stream().distinct().toList();
            return print(incident());
        } catch (OutOfMemoryError tooSmall) {
            throw new HeapTooSmall("explain", "files", tooSmall);
        }
    }

    /** A file that can't be read says so, and the others are read: which one matters is not known yet. */
    private Incident incident() {
        try (ProgressLine progress = ProgressLine.onTerminal(spec.commandLine().getErr())) {
            IncidentReader reader = new IncidentReader(progress::at);
            List<String> names = names();
            for (int i = 0; i < files.size(); i++) {
                read(reader, files.get(i), names.get(i));
            }
            return reader.incident();
        }
    }

    private int print(Incident incident) throws IOException {
        if (unreadable == files.size()) {
            return FAILED;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            IncidentJson.write(incident, out);
            out.flush();
        } else {
            new IncidentText(incident, new TerminalText(out, TerminalLayout.ofStdout(colour))).print();
        }
        if (incident.documents().isEmpty()) {
            spec.commandLine().getErr().println("clonetrace: nothing was recognised; docs/explain.md says what can be");
            return FAILED;
        }
        return unreadable > 0 ? FAILED : 0;
    }

    /** The files' names without their folders, if that tells them apart. */
    private List<String> names() {
        List<String> names = files.stream()
                .map(file -> STDIN.equals(file)
                        ? "stdin"
                        : String.valueOf(Path.of(file).getFileName()))
                .toList();
        return names.stream().distinct().count() == names.size() ? names : files;
    }

    private void read(IncidentReader reader, String file, String name) {
        try (InputStream input = STDIN.equals(file) ? System.in : Files.newInputStream(Path.of(file))) {
            reader.read(name, input);
        } catch (IOException failed) {
            String why = "can't be read: " + FileFailure.reading(failed);
            unreadable++;
            reader.unreadable(name, why);
            spec.commandLine()
                    .getErr()
                    .println("clonetrace: " + PlainText.clean((file.isEmpty() ? "''" : file) + " " + why));
        }
    }
}
