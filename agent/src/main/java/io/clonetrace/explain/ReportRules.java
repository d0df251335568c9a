package io.clonetrace.explain;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.JvmBuilder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of {@code report}, applied to what texts say: the longest list of threads, and the limits. A text has no
 * call sites, times and depths of stacks, so the rules about leaks, churn and stack use find nothing in it.
 */
final class ReportRules {
    private ReportRules() {}

    static List<Finding> findings(List<Document> documents, List<LimitState> limits) {
        JvmBuilder jvm = new JvmBuilder();
        Optional<Document> list = documents.stream()
                .max(Comparator.comparingInt(one -> one.threads().size()));
        list.ifPresent(document -> threads(document, jvm));
        limits.stream()
                .filter(state -> !state.isUnlimited() && !state.isExceeded())
                .forEach(state -> limit(state, jvm));
        String from = list.flatMap(Document::threadPlace)
                .map(place -> " The threads are listed in " + place + ".")
                .orElse("");
        return Rules.findings(jvm.build()).stream()
                .map(finding -> finding.subject().threads().isEmpty()
                        ? finding
                        : new Finding(
                                finding.rule(),
                                finding.severity(),
                                finding.summary(),
                                finding.evidence() + from,
                                finding.advice(),
                                finding.numbers(),
                                finding.subject()))
                .toList();
    }

    private static void threads(Document document, JvmBuilder jvm) {
        long number = 0;
        for (SeenThread thread : document.threads()) {
            number++;
            if (!thread.kind().isTask()) {
                continue;
            }
            boolean java = thread.kind() == ThreadKind.JAVA;
            Map<String, Long> numbers = new HashMap<>();
            // Its number in the list stands for an id: of some threads the text tells none.
            numbers.put("threadId", java ? number : -1);
            numbers.put("tid", thread.tid());
            numbers.put("base", number);
            numbers.put("reserved", thread.stackSize());
            Map<String, String> texts = new HashMap<>();
            texts.put("name", thread.name());
            texts.put("moment", "live");
            texts.put("kind", kind(thread.kind()));
            jvm.add(new EvidenceEvent("clonetrace.ThreadStack", numbers, texts));
        }
    }

    private static String kind(ThreadKind kind) {
        return switch (kind) {
            case JAVA -> TaskKind.JAVA.label();
            case VM -> TaskKind.VM.label();
            case NATIVE -> TaskKind.NATIVE.label();
            case VIRTUAL, UNKNOWN -> null;
        };
    }

    private static void limit(LimitState state, JvmBuilder jvm) {
        state.use()
                .ifPresent(use -> jvm.add(new EvidenceEvent(
                        "clonetrace.ThreadLimit",
                        Map.of("used", use.amount(), "max", state.max()),
                        Map.of(
                                "limit",
                                state.name().label(),
                                "location",
                                state.maxPlace() + ", its use from " + use.place()))));
    }
}
