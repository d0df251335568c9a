package io.clonetrace.cli;

import io.clonetrace.cli.output.ProgressLine;
import io.clonetrace.cli.output.TerminalLayout;
import io.clonetrace.explain.IncidentReader;
import io.clonetrace.explain.IncidentText;
import io.clonetrace.linux.FileFailure;
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
            "Reads what you have in hand when threads could not be made, and tells what it says: which limit, how many"
                    + " threads, what to do, and what it does not tell. Nothing of this machine is read but the files.",
            "Exit status: 0 done, 1 failed or nothing recognised, 2 wrong usage."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    private static final String STDIN = "-";

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "files of one incident, - for stdin; gzip, UTF-16, CRLF and the prefixes of logs are read")
    private List<String> files;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "colours in the text: ${COMPLETION-CANDIDATES}; auto: on a terminal, unless NO_COLOR is set")
    private TerminalLayout.Colour colour;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        IncidentReader reader;
        try (ProgressLine progress = ProgressLine.onTerminal(err)) {
            reader = new IncidentReader(progress::at);
            for (String file : files) {
                read(reader, file);
            }
        }
        new IncidentText(
                        reader.incident(),
                        new TerminalText(spec.commandLine().getOut(), TerminalLayout.ofStdout(colour)))
                .print();
        return 0;
    }

    private static void read(IncidentReader reader, String file) throws IOException {
        try (InputStream input = STDIN.equals(file) ? System.in : Files.newInputStream(Path.of(file))) {
            reader.read(STDIN.equals(file) ? "stdin" : file, input);
        } catch (IOException unreadable) {
            throw new IOException(file + " can't be read: " + FileFailure.reading(unreadable), unreadable);
        }
    }
}
