package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.LimitName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the texts of an incident do not say, though it matters. */
final class NotStated {
    private static final int MOST_GAPS = 5;

    private NotStated() {}

    static List<String> of(Incident incident, List<ThreadTally> threads, List<LimitState> limits) {
        List<String> sentences = new ArrayList<>();
        if (incident.documents().isEmpty()) {
            return sentences;
        }
        gaps(incident, sentences);
        if (has(incident, DocumentKind.FATAL_ERROR) && !has(incident, DocumentKind.HS_ERR)) {
            sentences.add(
                    "What HotSpot's error file (hs_err_pidN.log) says: threads, limits and mappings; the message names"
                            + " the file.");
        }
        boolean failed =
                incident.documents().stream().anyMatch(one -> !one.failures().isEmpty());
        if (!failed) {
            sentences.add("Whether a thread could not be made: no line says so.");
        }
        if (threads.isEmpty()) {
            sentences.add("Which threads there were.");
        }
        limits(limits, sentences);
        if (!threads.isEmpty()) {
            sentences.add("Which code started the threads, and when: the agent's recording would.");
        }
        return sentences;
    }

    private static boolean has(Incident incident, DocumentKind kind) {
        return incident.documents().stream().anyMatch(one -> one.kind() == kind);
    }

    private static void gaps(Incident incident, List<String> sentences) {
        List<Gap> gaps = incident.documents().stream()
                .flatMap((Document one) -> one.gaps().stream())
                .toList();
        gaps.stream()
                .limit(MOST_GAPS)
                .forEach(gap -> sentences.add(gap.sentence().replaceFirst("\\.$", "") + Words.in(gap.place()) + "."));
        if (gaps.size() > MOST_GAPS) {
            sentences.add("And " + Words.count(gaps.size() - MOST_GAPS, "more gap") + "; --json has them all.");
        }
        if (incident.dropped() > 0) {
            sentences.add("What " + incident.dropped() + " more parts say: there are too many to keep.");
        }
    }

    private static void limits(List<LimitState> limits, List<String> sentences) {
        Set<LimitName> missing = EnumSet.allOf(LimitName.class);
        limits.forEach(state -> missing.remove(state.name()));
        missing.remove(LimitName.RLIMIT_STACK);
        if (!missing.isEmpty()) {
            sentences.add((limits.isEmpty() ? "Any limit: " : "These limits: ") + labels(missing) + ".");
        }
        Set<LimitName> exceeded = limits.stream()
                .filter(LimitState::isExceeded)
                .map(LimitState::name)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(LimitName.class)));
        if (!exceeded.isEmpty()) {
            sentences.add(
                    "Which value of " + labels(exceeded) + " applied: more is in use than the stated one allows.");
        }
        Set<LimitName> unused = limits.stream()
                .filter(state -> !state.isUnlimited()
                        && !state.isExceeded()
                        && state.root().isEmpty())
                .filter(state -> state.use().isEmpty() || state.use().get().atLeast())
                .map(LimitState::name)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(LimitName.class)));
        if (!unused.isEmpty()) {
            sentences.add("How much is in use exactly of " + labels(unused) + ".");
        }
    }

    private static String labels(Set<LimitName> names) {
        return Arrays.stream(LimitName.values())
                .filter(names::contains)
                .map(LimitName::label)
                .collect(Collectors.joining(", "));
    }
}
