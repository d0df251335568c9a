package io.clonetrace.report.text;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report as text of at most 80 columns: the story first, the details below. */
public final class TextReport {
    private final Fleet fleet;
    private final TerminalText out;

    public TextReport(Fleet fleet, PrintWriter out) {
        this.fleet = fleet;
        this.out = new TerminalText(out);
    }

    /** Prints it. */
    public void print() {
        List<Jvm> jvms = fleet.jvms();
        Map<Jvm, List<Finding>> findings = new LinkedHashMap<>();
        jvms.forEach(jvm -> findings.put(jvm, Rules.findings(jvm)));
        HeadText head = new HeadText(out);
        if (jvms.size() == 1) {
            head.print(jvms.get(0));
        } else {
            head.print(fleet, findings);
        }
        FindingsText told = new FindingsText(out);
        told.counts(findings);
        new ThreadsText(out).print(jvms);
        new ClonesText(out).print(fleet.clones(), jvms);
        new StacksText(out).print(jvms);
        new CreatorsText(out).print(jvms);
        new LimitsText(out).print(jvms);
        new ComparisonText(out).print(jvms);
        told.print(findings);
        out.flush();
    }
}
