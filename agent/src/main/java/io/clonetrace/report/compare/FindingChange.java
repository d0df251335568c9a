package io.clonetrace.report.compare;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A finding of either side. Two are the same if their rule and call site are, whatever the line, and without a call
 * site their rule and the threads' names; several of one rule about nothing else are paired, the worst first. In a
 * fleet, findings about the same code are one.
 */
public record FindingChange(Kind kind, Optional<Finding> old, Optional<Finding> now) {
    /** What became of it, in the order in which it is shown. */
    public enum Kind {
        NEW,
        /** Its severity is higher. */
        WORSE,
        SAME,
        /** Its severity is lower. */
        MILDER,
        GONE;

        /** For people and machines, in lower case. */
        public String label() {
            return switch (this) {
                case NEW -> "new";
                case WORSE -> "worse";
                case SAME -> "same";
                case MILDER -> "milder";
                case GONE -> "gone";
            };
        }
    }

    /** The finding as it is now; if it is gone, as it was. */
    public Finding finding() {
        return now.or(() -> old).orElseThrow();
    }

    /** Whether it is new, or worse than in the baseline. */
    public boolean isNews() {
        return kind == Kind.NEW || kind == Kind.WORSE;
    }

    /** In the order of {@link Kind}, the worst first. */
    static List<FindingChange> changes(List<List<Finding>> old, List<List<Finding>> now) {
        Map<String, List<Finding>> oldByCause = byCause(old);
        Map<String, List<Finding>> nowByCause = byCause(now);
        Set<String> causes = new LinkedHashSet<>(nowByCause.keySet());
        causes.addAll(oldByCause.keySet());
        List<FindingChange> all = new ArrayList<>();
        for (String cause : causes) {
            List<Finding> before = oldByCause.getOrDefault(cause, List.of());
            List<Finding> after = nowByCause.getOrDefault(cause, List.of());
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                all.add(of(at(before, i), at(after, i)));
            }
        }
        all.sort(Comparator.comparing(FindingChange::kind)
                .thenComparing(change -> change.finding().severity()));
        return all;
    }

    private static Optional<Finding> at(List<Finding> findings, int index) {
        return index < findings.size() ? Optional.of(findings.get(index)) : Optional.empty();
    }

    private static FindingChange of(Optional<Finding> old, Optional<Finding> now) {
        if (old.isEmpty() || now.isEmpty()) {
            return new FindingChange(old.isEmpty() ? Kind.NEW : Kind.GONE, old, now);
        }
        Severity before = old.get().severity();
        int worse = before.compareTo(now.get().severity());
        return new FindingChange(worse > 0 ? Kind.WORSE : worse < 0 ? Kind.MILDER : Kind.SAME, old, now);
    }

    /** Of each cause those of the JVM that has the most and the worst of them. */
    private static Map<String, List<Finding>> byCause(List<List<Finding>> jvms) {
        Map<String, List<Finding>> all = new LinkedHashMap<>();
        for (List<Finding> findings : jvms) {
            Map<String, List<Finding>> one = new LinkedHashMap<>();
            findings.forEach(finding -> one.computeIfAbsent(cause(finding), cause -> new ArrayList<>())
                    .add(finding));
            one.forEach((cause, these) -> {
                these.sort(Comparator.comparing(Finding::severity));
                all.merge(cause, these, FindingChange::worse);
            });
        }
        return all;
    }

    private static List<Finding> worse(List<Finding> one, List<Finding> other) {
        int more = other.size() - one.size();
        boolean others = more > 0
                || more == 0 && other.get(0).severity().compareTo(one.get(0).severity()) < 0;
        return others ? other : one;
    }

    private static String cause(Finding finding) {
        return finding.rule() + " "
                + finding.subject()
                        .site()
                        .map(Site::method)
                        .or(() -> finding.subject().names().stream().findFirst())
                        .orElse("");
    }
}
