package io.clonetrace.report.compare;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.finding.Subject;
import io.clonetrace.report.model.CloneTable;
import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.KindCount;
import io.clonetrace.report.summary.NameGroup;
import io.clonetrace.report.summary.StackTotal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One side of a comparison: what there is to compare of the recordings that were read. It does not keep their threads,
 * so one side can be given up before the other is read.
 *
 * @param files how many recordings
 * @param threads all threads of the application
 * @param peak the most of them that lived at a time in one JVM; {@link Event#ABSENT} if not recorded
 * @param system the values of each property of the system, each once
 * @param findings of each JVM
 */
public record Side(
        int files,
        Count threads,
        long peak,
        List<Site> sites,
        Map<String, Count> groups,
        Map<String, List<String>> system,
        List<CloneRow> ways,
        List<StackTotal> stacks,
        List<List<Finding>> findings) {
    private static final double NANOS = 1e9 * 60;

    /** What there is to compare of these recordings. */
    public static Side of(Fleet fleet) {
        List<Jvm> jvms = fleet.jvms();
        double minutes = jvms.stream()
                .mapToDouble(jvm -> (jvm.to() - jvm.from()) / NANOS)
                .sum();
        KindCount all = KindCount.application(jvms);
        List<Creator> creators = Creator.of(jvms);
        Map<String, Count> groups = new TreeMap<>();
        NameGroup.of(jvms).forEach(group -> groups.put(group.pattern(), Count.of(group.tally(), minutes, jvms.size())));
        return new Side(
                fleet.files(),
                new Count(all.created(), all.alive(), all.atLeast().alive(), minutes, jvms.size()),
                all.peak(),
                creators.stream()
                        .map(creator -> Site.of(creator, Count.of(creator.tally(), minutes, jvms.size())))
                        .toList(),
                groups,
                system(jvms),
                CloneTable.of(jvms.stream().map(Jvm::clones).toList()).rows(),
                StackTotal.of(jvms),
                jvms.stream().map(jvm -> withoutThreads(Rules.findings(jvm))).toList());
    }

    private static List<Finding> withoutThreads(List<Finding> findings) {
        return findings.stream().map(Side::withoutThreads).toList();
    }

    private static Finding withoutThreads(Finding finding) {
        return new Finding(
                finding.rule(),
                finding.severity(),
                finding.summary(),
                finding.evidence(),
                finding.advice(),
                finding.numbers(),
                new Subject(
                        finding.subject().site(),
                        finding.subject().trace(),
                        finding.subject().names(),
                        List.of()));
    }

    private static Map<String, List<String>> system(List<Jvm> jvms) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put("java", values(jvms, Jvm::version));
        all.put("kernel", values(jvms, jvm -> jvm.system().kernel()));
        all.put("distribution", values(jvms, jvm -> jvm.system().distribution()));
        all.put("libc", values(jvms, jvm -> jvm.system().libc()));
        return all;
    }

    private static List<String> values(List<Jvm> jvms, Function<Jvm, Optional<String>> property) {
        return jvms.stream()
                .flatMap(jvm -> property.apply(jvm).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** How long was recorded in one JVM on average, in seconds. */
    public double seconds() {
        return threads.jvms() == 0 ? 0 : 60 * threads.minutes() / threads.jvms();
    }
}
