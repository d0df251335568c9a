package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.report.finding.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an incident's texts mean.
 *
 * @param threads of each document that tells of threads
 * @param limits the nearest first
 * @param findings the worst first
 * @param notStated what the texts do not say
 */
record Explanation(
        Incident incident,
        List<ThreadTally> threads,
        List<LimitState> limits,
        List<Finding> findings,
        List<String> notStated) {
    static Explanation of(Incident incident) {
        List<Document> documents = incident.documents();
        List<LimitState> limits = LimitStates.of(documents);
        List<Finding> findings = new ArrayList<>(Diagnosis.findings(documents, limits));
        findings.addAll(CrashedStackFinding.of(documents));
        findings.addAll(ThreadGrowth.findings(documents));
        // A limit that a failure was traced to is not reported twice.
        Set<String> named = limits.stream()
                .filter(LimitState::isReached)
                .map(state -> state.name().label())
                .filter(name -> findings.stream().anyMatch(one -> one.summary().contains(": " + name + " ")))
                .collect(Collectors.toSet());
        ReportRules.findings(documents, limits).stream()
                .filter(finding -> !finding.rule().equals("limit-near")
                        || named.stream().noneMatch(name -> finding.summary().contains(" " + name + " ")))
                .forEach(findings::add);
        findings.sort(Comparator.comparing(Finding::severity));
        List<ThreadTally> threads = ThreadTally.of(documents);
        return new Explanation(
                incident, threads, limits, List.copyOf(findings), NotStated.of(incident, threads, limits));
    }
}
