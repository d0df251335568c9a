package io.clonetrace.report.text;

import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.summary.CreationTree;
import io.clonetrace.report.summary.SummariesAhead;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A report as text: the answer on the first screen, the details below. */
public final class TextReport {
    private final Fleet fleet;
    private final Optional<Comparison> baseline;
    private final TerminalText out;

    public TextReport(Fleet fleet, PrintWriter out, TextLayout layout) {
        this(fleet, Optional.empty(), out, layout);
    }

    /** @param baseline what became of the threads since earlier recordings */
    public TextReport(Fleet fleet, Optional<Comparison> baseline, PrintWriter out, TextLayout layout) {
        this.fleet = fleet;
        this.baseline = baseline;
        this.out = new TerminalText(out, layout);
    }

    /** Prints it. */
    public void print() {
        List<Jvm> jvms = fleet.jvms();
        if (jvms.size() == 1) {
            SummariesAhead.begin(jvms.get(0));
        }
        Map<Jvm, List<Finding>> findings = new LinkedHashMap<>();
        jvms.forEach(jvm -> findings.put(jvm, Rules.findings(jvm)));
        new HeadText(out).print(fleet);
        if (jvms.isEmpty()) {
            new ClonesText(out).print(fleet.clones(), jvms);
            out.flush();
            return;
        }
        if (jvms.size() > 1) {
            new FleetText(out).print(findings);
        }
        new FindingsText(out).print(findings);
        baseline.ifPresent(new BaselineText(out)::print);
        new CreatorsText(out).print(jvms);
        if (jvms.size() == 1) {
            new CreationTreeText(out).print(CreationTree.of(jvms.get(0)));
        }
        new LimitsText(out).print(jvms);
        new RefusalsText(out).print(jvms);
        new ThreadsText(out).print(jvms);
        new StacksText(out).print(jvms);
        new ClonesText(out).print(fleet.clones(), jvms);
        new ComparisonText(out).print(jvms);
        new SourcesText(out).print(jvms);
        out.flush();
    }
}
