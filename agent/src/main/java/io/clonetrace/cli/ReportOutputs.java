package io.clonetrace.cli;

import io.clonetrace.cli.output.OutputFile;
import io.clonetrace.cli.output.TerminalLayout;
import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.html.HtmlReport;
import io.clonetrace.report.json.JsonReport;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.read.RecordingFiles;
import io.clonetrace.report.text.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say in which forms a report is written, and when it fails: of all commands that report. */
final class ReportOutputs {
    private static final String STDOUT = "-";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--html", paramLabel = "OUT", description = "also write a self-contained HTML page to this file")
    private Path html;

    @Option(
            names = "--json",
            paramLabel = "OUT",
            description = "write the report as JSON to this file; - for stdout, instead of the text")
    private String json;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "colours in the text: ${COMPLETION-CANDIDATES}; auto (the default): on a terminal, unless"
                    + " NO_COLOR is set")
    private TerminalLayout.Colour colour;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            converter = SeverityName.class,
            description =
                    "end with exit status 3 if there is a finding of this severity or a worse one: note, warning or"
                            + " problem. With report's --baseline, only a finding that is new or worse counts")
    private Severity failOn;

    /** A severity as the report prints it. */
    static final class SeverityName implements ITypeConverter<Severity> {
        @Override
        public Severity convert(String name) {
            return Arrays.stream(Severity.values())
                    .filter(severity -> severity.label().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "no severity \"" + name + "\"; the severities are note, warning and problem"));
        }
    }

    /** The severity on which to fail; empty if on none. */
    Optional<Severity> failOn() {
        return Optional.ofNullable(failOn);
    }

    /** Whether any of them is given. */
    boolean areGiven() {
        return html != null || json != null || colour != null || failOn != null;
    }

    /** The same options, for another command that has them. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        add(words, "--html", html);
        add(words, "--json", json);
        add(words, "--color", colour);
        add(words, "--fail-on", failOn == null ? null : failOn.label());
        return words;
    }

    private static void add(List<String> words, String option, Object value) {
        if (value != null) {
            words.addAll(List.of(option, value.toString()));
        }
    }

    /**
     * Before anything is read: an output would destroy what it replaces.
     *
     * @param inputs what the command reads
     */
    void check(List<Path> inputs) {
        check("--html", html, inputs);
        check("--json", STDOUT.equals(json) || json == null ? null : Path.of(json), inputs);
        if (html != null
                && json != null
                && html.toAbsolutePath().equals(Path.of(json).toAbsolutePath())) {
            throw new ParameterException(spec.commandLine(), "--html and --json name the same file: " + html);
        }
    }

    private void check(String option, Path output, List<Path> inputs) {
        if (output == null) {
            return;
        }
        Optional<String> refusal = OutputFile.refusal(output, inputs);
        String why = refusal.map(what -> " can't replace " + what)
                .orElse(
                        RecordingFiles.isName(output.toString())
                                ? " can't be " + output + ", the name of a recording"
                                : null);
        if (why != null) {
            throw new ParameterException(
                    spec.commandLine(), option + why + ": it needs the name of the file to write, " + option + " OUT");
        }
    }

    /** Writes the report in all of these forms. */
    void write(Fleet fleet, Optional<Comparison> comparison, PrintWriter out) throws IOException {
        if (STDOUT.equals(json)) {
            JsonReport.write(fleet, comparison, out);
            out.flush();
        } else {
            TerminalLayout.Colour when = colour == null ? TerminalLayout.Colour.auto : colour;
            new TextReport(fleet, comparison, out, TerminalLayout.ofStdout(when)).print();
            if (json != null) {
                OutputFile.write(Path.of(json), file -> JsonReport.write(fleet, comparison, file));
            }
        }
        if (html != null) {
            OutputFile.write(html, file -> HtmlReport.write(fleet, comparison, file));
        }
    }
}
