package io.clonetrace.report.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.finding.Subject;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingChangeTest {
    private static Finding finding(String rule, Severity severity, Subject subject) {
        return new Finding(rule, severity, "", "", "", Map.of(), subject);
    }

    private static Finding leak(Severity severity, String method, int line) {
        Frame site = new Frame("com.acme.Dao", method, line, false);
        return finding(
                "thread-leak",
                severity,
                new Subject(Optional.of(site), Optional.empty(), List.of("pool-*"), List.of()));
    }

    private static Finding named(String pattern) {
        return finding(
                "thread-leak",
                Severity.WARNING,
                new Subject(Optional.empty(), Optional.empty(), List.of(pattern), List.of()));
    }

    private static Finding limit(Severity severity) {
        return finding("limit-near", severity, Subject.NONE);
    }

    private static List<String> changes(List<List<Finding>> old, List<List<Finding>> now) {
        return FindingChange.changes(old, now).stream()
                .map(change -> change.kind().label() + " " + change.finding().rule() + " "
                        + change.finding().severity().label())
                .toList();
    }

    @Test
    void findingOfTheSameSiteOnAnotherLineIsTheSame() {
        assertEquals(
                List.of("same thread-leak warning"),
                changes(
                        List.of(List.of(leak(Severity.WARNING, "query", 17))),
                        List.of(List.of(leak(Severity.WARNING, "query", 23)))));
    }

    @Test
    void findingOfAnotherSiteIsNewAndTheOldOneGone() {
        assertEquals(
                List.of("new thread-leak warning", "gone thread-leak problem"),
                changes(
                        List.of(List.of(leak(Severity.PROBLEM, "query", 17))),
                        List.of(List.of(leak(Severity.WARNING, "update", 17)))));
    }

    @Test
    void severityMakesAFindingWorseOrMilder() {
        List<List<Finding>> warning = List.of(List.of(leak(Severity.WARNING, "query", 17)));
        List<List<Finding>> problem = List.of(List.of(leak(Severity.PROBLEM, "query", 17)));
        assertEquals(List.of("worse thread-leak problem"), changes(warning, problem));
        assertEquals(List.of("milder thread-leak warning"), changes(problem, warning));
    }

    @Test
    void withoutASiteTheNamesTellFindingsApart() {
        assertEquals(
                List.of("new thread-leak warning", "same thread-leak warning"),
                changes(List.of(List.of(named("pool-*"))), List.of(List.of(named("pool-*"), named("Timer-*")))));
    }

    @Test
    void oneMoreOfARuleAboutNothingElseIsNew() {
        assertEquals(
                List.of("new limit-near warning", "same limit-near problem"),
                changes(
                        List.of(List.of(limit(Severity.PROBLEM))),
                        List.of(List.of(limit(Severity.WARNING), limit(Severity.PROBLEM)))));
    }

    @Test
    void sameFindingInMoreJvmsIsTheSame() {
        List<Finding> one = List.of(leak(Severity.WARNING, "query", 17), limit(Severity.WARNING));
        assertEquals(
                List.of("same thread-leak warning", "same limit-near warning"),
                changes(List.of(one), List.of(one, List.of(), one, one)));
        assertEquals(
                List.of("worse thread-leak problem", "gone limit-near warning"),
                changes(List.of(one), List.of(List.of(leak(Severity.PROBLEM, "query", 17)), List.of())));
    }
}
