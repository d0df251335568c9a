package io.clonetrace.report.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.SourceStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** On which system the JVM ran, which sources observed it, and what they lost. */
final class SourcesText {
    private static final String SOURCE = "source  ";
    private static final String REFUSED = "refused";

    private final TerminalText out;

    SourcesText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        out.blank();
        distinct("JVM     ", jvms, jvm -> jvm.version().orElse("version not recorded"));
        distinct("kernel  ", jvms, SourcesText::kernel);
        if (jvms.size() == 1) {
            Jvm jvm = jvms.get(0);
            jvm.sources().stream()
                    .filter(source -> !isUnusable(source))
                    .forEach(source -> out.wrapped(SOURCE, source(source)));
        } else {
            totals(jvms);
        }
        refused(jvms);
        long without = jvms.stream().filter(jvm -> !jvm.hasAgent()).count();
        if (without > 0) {
            out.wrapped(
                    SOURCE,
                    "not recorded: the clonetrace agent was not in "
                            + (jvms.size() == 1 ? "this JVM" : Amounts.count(without) + " of the JVMs"));
        }
        for (Jvm jvm : jvms) {
            if (jvm.hasAgent() && jvm.sources().isEmpty()) {
                out.wrapped(SOURCE, whose(jvm, jvms) + "no source reported a status");
            }
            if (jvm.counters().lostBytes() > 0) {
                out.wrapped(
                        "JFR     ",
                        whose(jvm, jvms) + "dropped "
                                + Amounts.size(jvm.counters().lostBytes()) + " of events");
            }
        }
    }

    /** One line, however many JVMs have the same. */
    private void distinct(String label, List<Jvm> jvms, Function<Jvm, String> text) {
        Set<String> all = jvms.stream().map(text).collect(Collectors.toCollection(LinkedHashSet::new));
        out.wrapped(label, PlainText.clean(String.join("; ", all)));
    }

    private static String kernel(Jvm jvm) {
        List<String> parts = new ArrayList<>();
        jvm.system().kernel().ifPresent(parts::add);
        jvm.system().libc().ifPresent(parts::add);
        jvm.system().distribution().ifPresent(parts::add);
        return parts.isEmpty() ? "not recorded" : String.join(", ", parts);
    }

    private static String whose(Jvm jvm, List<Jvm> jvms) {
        return jvms.size() == 1 ? "" : JvmLabel.of(jvm.name()) + ": ";
    }

    /** A source that can't work on this machine, or for this user: another took its place. */
    private static boolean isUnusable(SourceStatus source) {
        return source.isOfClones() && source.state().equals(REFUSED);
    }

    /** All of them are one line; why they can't work matters only if no other source could. */
    private void refused(List<Jvm> jvms) {
        // In an order of its own: that of the recording may be any, if the sources reported at the same time.
        Map<String, String> reasons = new TreeMap<>();
        boolean observed = true;
        for (Jvm jvm : jvms) {
            List<SourceStatus> unusable =
                    jvm.sources().stream().filter(SourcesText::isUnusable).toList();
            unusable.forEach(source -> reasons.putIfAbsent(source.source(), source.reason()));
            observed &= unusable.isEmpty()
                    || jvm.sources().stream().anyMatch(source -> source.isOfClones() && !isUnusable(source));
        }
        if (reasons.isEmpty()) {
            return;
        }
        if (observed) {
            out.wrapped(
                    "refused ",
                    PlainText.clean(String.join(", ", reasons.keySet())) + " (clonetrace doctor tells why)");
        } else {
            reasons.forEach((source, reason) ->
                    out.wrapped("refused ", PlainText.clean(reason == null ? source : source + ": " + reason)));
        }
    }

    /** The sources of a fleet: how many JVMs had each, and all their counts; and each JVM that lost records. */
    private void totals(List<Jvm> jvms) {
        Map<String, List<SourceStatus>> bySource = jvms.stream()
                .flatMap(jvm -> jvm.sources().stream())
                .filter(source -> !isUnusable(source))
                .collect(Collectors.groupingBy(SourceStatus::source, LinkedHashMap::new, Collectors.toList()));
        bySource.forEach((name, statuses) -> {
            long seen = statuses.stream()
                    .mapToLong(status -> Math.max(0, status.seen()))
                    .sum();
            out.wrapped(
                    SOURCE,
                    PlainText.clean(name) + ": in " + Amounts.count(statuses.size())
                            + (statuses.size() == 1 ? " JVM, " : " JVMs, ") + Amounts.count(seen) + " "
                            + statuses.get(0).counted());
        });
        for (Jvm jvm : jvms) {
            jvm.sources().stream()
                    .filter(source -> source.lost() > 0)
                    .forEach(source -> out.wrapped(SOURCE, whose(jvm, jvms) + source(source)));
        }
    }

    /** {@code ptrace: stopped, 7 clone calls seen, 0 lost}. */
    private static String source(SourceStatus source) {
        String reason = source.reason() == null ? "" : " (" + source.reason() + ")";
        return PlainText.clean(source.source() + ": " + source.state() + ", " + source.counts() + reason);
    }
}
