package io.clonetrace.cli;

import io.clonetrace.cli.output.ProgressLine;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.StaleFileSweeper;
import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.compare.FindingChange;
import io.clonetrace.report.compare.Side;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.model.Application;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Fleet.ReadProblem;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingFiles;
import io.clonetrace.report.read.RecordingReader;
import io.clonetrace.report.text.PlainText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Mixin
    private ReportOutputs outputs;

    @Override
    public Integer call() throws IOException {
        checkRecordings();
        List<Path> files = RecordingFiles.in(recordings);
        List<Path> oldFiles = RecordingFiles.in(baseline);
        List<Path> inputs = new ArrayList<>(files);
        inputs.addAll(oldFiles);
        inputs.addAll(programs.values());
        // Before anything is read.
        outputs.check(inputs);
        // The baseline's threads are given up before the others are read.
        Optional<Side> old = oldFiles.isEmpty() ? Optional.empty() : Optional.of(Side.of(read(oldFiles)));
        Fleet fleet = withPrograms(files.isEmpty() ? Fleet.withoutJvms() : read(files));
        Optional<Comparison> comparison = old.map(side -> Comparison.of(side, Side.of(fleet)));
        PrintWriter out = spec.commandLine().getOut();
        outputs.write(fleet, comparison, out);
        if (outputs.failOn().isEmpty()) {
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
                : baseline.isEmpty() && outputs.failOn().isEmpty()
                        ? null
                        : "--baseline and --fail-on need a recording, FILE.jfr";
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
        Severity worst = outputs.failOn().orElseThrow();
        return findings.filter(finding -> finding.severity().compareTo(worst) <= 0)
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
