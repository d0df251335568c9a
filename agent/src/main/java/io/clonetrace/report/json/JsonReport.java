package io.clonetrace.report.json;

import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.finding.Subject;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Fleet.ReadProblem;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.StackTrace.Frame;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A report for machines; {@code docs/report.md} describes the shape, which is an interface. */
public final class JsonReport {
    /** Is raised when a name or a meaning changes, not when something is added. */
    private static final int VERSION = 1;

    private static final long NANOS = 1_000_000_000;

    private JsonReport() {}

    /** @throws IOException if {@code out} does */
    public static void write(Fleet fleet, Appendable out) throws IOException {
        write(fleet, Optional.empty(), out);
    }

    /** The same with what became of the threads since a baseline. */
    public static void write(Fleet fleet, Optional<Comparison> baseline, Appendable out) throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("format", "clonetrace-report");
        report.put("version", VERSION);
        report.put("files", fleet.files());
        report.put(
                "problems", fleet.problems().stream().map(JsonReport::problem).toList());
        report.put("all", new Sections(fleet.jvms(), fleet.clones()).json());
        report.put("programs", Sections.programs(fleet.programs()));
        report.put("jvms", fleet.jvms().stream().map(JsonReport::jvm).toList());
        report.put("baseline", baseline.map(BaselineSection::json).orElse(null));
        Json.write(report, out);
    }

    private static Map<String, Object> problem(ReadProblem problem) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", problem.file());
        json.put("problem", problem.problem());
        return json;
    }

    private static Map<String, Object> jvm(Jvm jvm) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host", orNull(jvm.name().host()));
        json.put("pid", orNull(jvm.name().pid()));
        json.put("started", time(jvm.name().started()));
        json.put("mainClass", orNull(jvm.name().mainClass()));
        json.put("version", orNull(jvm.version()));
        json.put("kernel", orNull(jvm.system().kernel()));
        json.put("distribution", orNull(jvm.system().distribution()));
        json.put("libc", orNull(jvm.system().libc()));
        json.put("from", time(jvm.from()));
        json.put("to", time(jvm.to()));
        json.put("events", jvm.events());
        json.put("aboutThreads", jvm.isAboutThreads());
        json.put("endsKnown", jvm.coverage().ends() || jvm.coverage().all());
        json.put("recorded", List.copyOf(jvm.recorded()));
        json.putAll(new JvmFacts(jvm).json());
        json.putAll(new Sections(List.of(jvm), jvm.clones()).json());
        json.put(
                "findings",
                Rules.findings(jvm).stream().map(JsonReport::finding).toList());
        return json;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rule", finding.rule());
        json.put("severity", finding.severity().label());
        json.put("summary", finding.summary());
        json.put("evidence", finding.evidence());
        json.put("advice", finding.advice());
        // In the same order each time.
        json.put("numbers", new TreeMap<>(finding.numbers()));
        Subject subject = finding.subject();
        json.put("site", orNull(subject.site().map(Frame::toString)));
        json.put("names", subject.names());
        json.put("threads", subject.threads().size());
        json.put("stackTrace", orNull(subject.trace().map(Sections::frames)));
        return json;
    }

    /** What was not recorded is null. */
    static Object orNull(long number) {
        return number < 0 ? null : number;
    }

    static Object orNull(Optional<?> value) {
        return value.orElse(null);
    }

    static Object time(long nanos) {
        return nanos < 0
                ? null
                : Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS).toString();
    }
}
