package io.clonetrace.cli;

import io.clonetrace.cli.output.OutputFile;
import io.clonetrace.cli.output.ProgressLine;
import io.clonetrace.cli.output.TerminalLayout;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.StaleFileSweeper;
import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.compare.FindingChange;
import io.clonetrace.report.compare.Side;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.html.HtmlReport;
import io.clonetrace.report.json.JsonReport;
import io.clonetrace.report.model.Application;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Fleet.ReadProblem;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingFiles;
import io.clonetrace.report.read.RecordingReader;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.report.text.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code clonetrace report FILE.jfr...}. */
@Command(
        name = "report",
        description = {
            "Reports on the threads in recordings: which code created them, with which clone flags, on which stacks, and"
                    + " findings.",
            "Several recordings make one report. Any flight recording will do; what is missing without the agent is"
                    + " marked as not recorded. Of a damaged recording, the readable part is used, and a line on stderr"
                    + " says where it is damaged.",
            "Exit status: 0 done, 1 failed, 2 wrong usage, 3 done and --fail-on found something."
        },
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    private static final String STDOUT = "-";

    /** The exit status if --fail-on finds what it is to fail on. */
    private static final int FOUND = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE.jfr",
            arity = "0..*",
            description =
                    "flight recordings, compressed by gzip or not, or folders of them: all files in one that end in .jfr or"
                            + " .jfr.gz")
    private List<Path> recordings = new ArrayList<>();

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
            defaultValue = "auto",
            description = "colours in the text: ${COMPLETION-CANDIDATES}; auto: on a terminal, unless NO_COLOR is set")
    private TerminalLayout.Colour colour;

    @Option(
            names = "--program",
            paramLabel = "NAME=TRACE",
            description =
                    "another program's log of strace, or of perf trace, ftrace, perf script, auditd, gVisor, qemu-user"
                            + " or Valgrind, as it was saved or posted; shown beside the JVM's rows, or alone without a"
                            + " recording; may be repeated")
    private Map<String, Path> programs = new LinkedHashMap<>();

    @Option(
            names = "--application",
            paramLabel = "PREFIX",
            description = "classes with this prefix, such as org.apache.mine, are the application's and no library's:"
                    + " threads are shown at their frames; may be repeated")
    private List<String> application = new ArrayList<>();

    @Option(
            names = "--library",
            paramLabel = "PREFIX",
            description =
                    "classes with this prefix are a library's, if the report takes them for the application's; may"
                            + " be repeated. The longer prefix wins")
    private List<String> library = new ArrayList<>();

    @Option(
            names = "--baseline",
            paramLabel = "OLD.jfr",
            description =
                    "also say what grew, shrank, appeared or went since this recording, or since all recordings in"
                            + " this folder; may be repeated")
    private List<Path> baseline = new ArrayList<>();

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            converter = SeverityName.class,
            description =
                    "end with exit status 3 if there is a finding of this severity or a worse one: note, warning or"
                            + " problem. With --baseline, only a finding that is new or worse counts")
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

    @Override
    public Integer call() throws IOException {
        checkRecordings();
        List<Path> files = RecordingFiles.in(recordings);
        List<Path> oldFiles = RecordingFiles.in(baseline);
        checkOutputs(files, oldFiles);
        // The baseline's threads are given up before the others are read.
        Optional<Side> old = oldFiles.isEmpty() ? Optional.empty() : Optional.of(Side.of(read(oldFiles)));
        Fleet fleet = withPrograms(files.isEmpty() ? Fleet.withoutJvms() : read(files));
        Optional<Comparison> comparison = old.map(side -> Comparison.of(side, Side.of(fleet)));
        PrintWriter out = spec.commandLine().getOut();
        if (!STDOUT.equals(json)) {
            new TextReport(fleet, comparison, out, TerminalLayout.ofStdout(colour)).print();
        }
        writeJson(fleet, comparison, out);
        if (html != null) {
            OutputFile.write(html, file -> HtmlReport.write(fleet, comparison, file));
        }
        if (failOn == null) {
            return 0;
        }
        int status = status(gating(fleet, comparison));
        if (status == 0 && fleet.files() < files.size()) {
            throw new IOException("--fail-on: " + (files.size() - fleet.files()) + " of " + files.size()
                    + " recordings could not be read, and may hold such a finding");
        }
        if (status == 0 && fleet.jvms().stream().noneMatch(Jvm::isAboutThreads)) {
            throw new IOException("--fail-on: nothing about threads was recorded, so no such finding is possible");
        }
        return status;
    }

    /** Other programs' traces need no recording; everything else does. */
    private void checkRecordings() throws IOException {
        if (!recordings.isEmpty()) {
            Clonetrace.requireFlightRecorder();
            return;
        }
        String why = programs.isEmpty()
                ? "no recording: name at least one, FILE.jfr, or another program's trace, --program NAME=TRACE"
                : baseline.isEmpty() && failOn == null ? null : "--baseline and --fail-on need a recording, FILE.jfr";
        if (why != null) {
            throw new ParameterException(spec.commandLine(), why);
        }
    }

    private Fleet withPrograms(Fleet fleet) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        List<ReadProblem> problems;
        try (ProgressLine progress = ProgressLine.onTerminal(err)) {
            ProgramTraces traces = new ProgramTraces(fleet.programs(), progress::at);
            for (Map.Entry<String, Path> program : programs.entrySet()) {
                traces.read(program.getKey(), program.getValue());
            }
            problems = traces.problems();
        }
        print(problems);
        return fleet.with(problems);
    }

    private void print(List<ReadProblem> problems) {
        for (ReadProblem problem : problems) {
            spec.commandLine().getErr().println("clonetrace: " + PlainText.clean(problem.sentence()));
        }
    }

    /** The findings that --fail-on is about, the worst first. */
    private List<Finding> gating(Fleet fleet, Optional<Comparison> comparison) {
        Stream<Finding> findings = comparison
                .map(since ->
                        since.findings().stream().filter(FindingChange::isNews).map(FindingChange::finding))
                .orElseGet(() -> fleet.jvms().stream().flatMap(jvm -> Rules.findings(jvm).stream()));
        return findings.filter(finding -> finding.severity().compareTo(failOn) <= 0)
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
    }

    private int status(List<Finding> findings) {
        if (findings.isEmpty()) {
            return 0;
        }
        Finding worst = findings.get(0);
        int more = findings.size() - 1;
        spec.commandLine()
                .getErr()
                .println("clonetrace: " + (baseline.isEmpty() ? "" : "new or worse than in the baseline: ")
                        + worst.severity().label() + ": " + PlainText.clean(worst.summary())
                        + (more == 0 ? "" : " And " + more + " more."));
        return FOUND;
    }

    private Fleet read(List<Path> files) throws IOException {
        Fleet fleet;
        PrintWriter err = spec.commandLine().getErr();
        try (ProgressLine progress = ProgressLine.onTerminal(err)) {
            fleet = read(files, progress);
        } catch (OutOfMemoryError tooSmall) {
            throw new HeapTooSmall("the report", "recordings", tooSmall);
        }
        if (fleet.jvms().isEmpty()) {
            throw new IOException(nothing(fleet, files));
        }
        print(fleet.problems());
        return fleet;
    }

    /** Before anything is read: an output would destroy what it replaces. */
    private void checkOutputs(List<Path> files, List<Path> oldFiles) {
        List<Path> inputs = new ArrayList<>(files);
        inputs.addAll(oldFiles);
        inputs.addAll(programs.values());
        checkOutput("--html", html, inputs);
        checkOutput("--json", STDOUT.equals(json) || json == null ? null : Path.of(json), inputs);
        if (html != null
                && json != null
                && html.toAbsolutePath().equals(Path.of(json).toAbsolutePath())) {
            throw new ParameterException(spec.commandLine(), "--html and --json name the same file: " + html);
        }
    }

    private void checkOutput(String option, Path output, List<Path> inputs) {
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

    private void writeJson(Fleet fleet, Optional<Comparison> comparison, PrintWriter out) throws IOException {
        if (STDOUT.equals(json)) {
            JsonReport.write(fleet, comparison, out);
            out.flush();
        } else if (json != null) {
            OutputFile.write(Path.of(json), file -> JsonReport.write(fleet, comparison, file));
        }
    }

    private Fleet read(List<Path> files, Progress progress) {
        StaleFileSweeper.sweep(TemporaryFolder.path());
        FleetBuilder fleet = new FleetBuilder(new Application.Overrides(application, library));
        new RecordingReader(fleet, progress, TemporaryFolder.path()).read(files);
        return fleet.build();
    }

    /** Why there is nothing to report. */
    static String nothing(Fleet fleet, List<Path> files) {
        if (fleet.problems().isEmpty()) {
            return files.get(0) + " can't be read as a recording: it holds no event";
        }
        ReadProblem first = fleet.problems().get(0);
        String more = files.size() == 1 ? "" : ", nor can any other of the " + files.size() + " files";
        return PlainText.clean(first.sentence() + more);
    }
}
