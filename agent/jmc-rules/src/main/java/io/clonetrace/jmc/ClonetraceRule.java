package io.clonetrace.jmc;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rule;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openjdk.jmc.common.item.IItemCollection;
import org.openjdk.jmc.common.util.IPreferenceValueProvider;
import org.openjdk.jmc.flightrecorder.rules.AbstractRule;
import org.openjdk.jmc.flightrecorder.rules.IResult;
import org.openjdk.jmc.flightrecorder.rules.IResultValueProvider;
import org.openjdk.jmc.flightrecorder.rules.ResultBuilder;
import org.openjdk.jmc.flightrecorder.rules.Severity;
import org.openjdk.jmc.flightrecorder.rules.util.RulesToolkit;

/** A rule of the report in JMC's automated analysis. */
public abstract class ClonetraceRule extends AbstractRule {
    /** JMC's own rules on threads have this topic too. */
    private static final String TOPIC = "thread";

    private final Rule rule;

    /** @param name the report's name of the rule */
    ClonetraceRule(String name) {
        this(Rules.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow());
    }

    private ClonetraceRule(Rule rule) {
        super("io.clonetrace." + rule.name(), title(rule.name()), TOPIC, List.of(), List.of(), Map.of());
        this.rule = rule;
    }

    private static String title(String name) {
        return "clonetrace: " + name.replace('-', ' ');
    }

    @Override
    protected IResult getResult(IItemCollection items, IPreferenceValueProvider values, IResultValueProvider results) {
        Fleet fleet = RecordedFleet.of(items);
        List<Finding> findings = fleet.jvms().stream()
                .flatMap(jvm -> rule.findings(jvm).stream())
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
        if (findings.isEmpty() && fleet.jvms().stream().noneMatch(Jvm::hasAgent)) {
            return RulesToolkit.getNotApplicableResult(this, values, "The recording has no clonetrace events.");
        }
        ResultBuilder result = ResultBuilder.createFor(this, values);
        if (findings.isEmpty()) {
            return result.setSeverity(Severity.OK)
                    .setSummary("Not found: " + plain(rule.description()))
                    .build();
        }
        String more = findings.size() == 1 ? "" : " (and " + (findings.size() - 1) + " more)";
        return result.setSeverity(severity(findings.get(0)))
                .setSummary(plain(findings.get(0).summary()) + more)
                .setExplanation(texts(findings, finding -> finding.summary() + " " + finding.evidence()))
                .setSolution(texts(findings, Finding::advice))
                .build();
    }

    private static Severity severity(Finding finding) {
        return finding.severity() == io.clonetrace.report.finding.Severity.NOTE ? Severity.INFO : Severity.WARNING;
    }

    private static String texts(List<Finding> findings, Function<Finding, String> text) {
        return findings.stream().map(text).distinct().map(ClonetraceRule::plain).collect(Collectors.joining(" "));
    }

    /**
     * JMC shows the text as HTML and replaces names in braces by values; names in it are untrusted. What either would
     * act on becomes a similar character.
     */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .map(c -> switch (c) {
                    case '<' -> '\u2039';
                    case '>' -> '\u203a';
                    case '&' -> '\uff06';
                    case '{' -> '(';
                    case '}' -> ')';
                    default -> Character.isISOControl(c) ? '?' : c;
                })
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }
}
