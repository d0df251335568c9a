package io.clonetrace.explain;

import io.clonetrace.explain.ThreadTally.OfKind;
import io.clonetrace.explain.evidence.CrashedStack;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.SeenCalls;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.ThreadTotal;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.text.Ink;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.report.text.TerminalText;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An incident as text for a terminal: what was recognised, what it means, the numbers, and what is not stated. */
public final class IncidentText {
    private static final String INDENT = "   ";
    private static final int MOST_NAMES = 3;
    private static final int MOST_DOCUMENTS = 12;
    private static final int MOST_LISTS = 5;
    private static final int MOST_CALLS = 6;
    private static final int MOST_FINDINGS = 6;

    private final Explanation explanation;
    private final TerminalText out;

    public IncidentText(Incident incident, TerminalText out) {
        explanation = Explanation.of(incident);
        this.out = out;
    }

    public void print() {
        inputs();
        processes();
        findings();
        calls();
        threads();
        limits();
        notStated();
        out.flush();
    }

    private void inputs() {
        for (InputText input : explanation.incident().inputs()) {
            List<Document> documents = explanation.incident().documents().stream()
                    .filter(one -> one.place().file().equals(input.name()))
                    .toList();
            String problem = input.problem().map(why -> " " + why).orElse("");
            if (documents.isEmpty()) {
                String nothing = !problem.isEmpty()
                        ? problem
                        : input.lines() == 0
                                ? " is empty"
                                : " is of no known kind: " + Words.count(input.lines(), "line") + ", none recognised";
                out.wrapped("", PlainText.clean(input.name() + nothing + "."));
                continue;
            }
            documents.stream().limit(MOST_DOCUMENTS).forEach(this::document);
            if (documents.size() > MOST_DOCUMENTS) {
                out.line(INDENT + "and " + Words.count(documents.size() - MOST_DOCUMENTS, "more part"));
            }
            if (!problem.isEmpty()) {
                out.wrapped(INDENT, PlainText.clean(input.name() + problem + "."));
            }
            if (input.cutLines() > 0) {
                out.wrapped(
                        INDENT,
                        Words.count(input.cutLines(), "line") + " too long to be read whole, the first is "
                                + input.firstCutLine() + ".");
            }
        }
    }

    /** What belongs to different processes is still reported as one incident: the reader must know. */
    private void processes() {
        Map<String, String> pids = new LinkedHashMap<>();
        explanation.incident().documents().stream()
                .flatMap(document -> document.fact(Fact.Name.PID).stream())
                .forEach(pid -> pids.putIfAbsent(pid.value(), pid.value() + Words.in(pid.place())));
        Set<String> jvms = new HashSet<>();
        explanation.incident().documents().stream()
                .flatMap(document -> document.fact(Fact.Name.FIRST_THREAD).stream())
                .forEach(thread -> jvms.add(thread.value()));
        if (pids.size() < 2 && jvms.size() > 1) {
            out.wrapped("", "The thread dumps are of " + jvms.size() + " JVMs, reported as one incident.");
        }
        if (pids.size() > 1) {
            out.wrapped(
                    "",
                    PlainText.clean("These are " + pids.size() + " processes, reported as one incident: pid "
                            + String.join(
                                    ", pid ",
                                    pids.values().stream().limit(MOST_LISTS).toList())
                            + (pids.size() > MOST_LISTS ? " and others" : "") + "."));
        }
    }

    private void document(Document document) {
        out.wrapped("", PlainText.clean(recognised(document)));
        document.fact(Fact.Name.ERROR)
                .ifPresent(error -> out.wrapped(
                        INDENT,
                        PlainText.clean(
                                error.value() + " (line " + error.place().lines() + ")"
                                        + document.crashedStack()
                                                .map(stack -> ", in " + stackLeft(stack))
                                                .orElse(""))));
    }

    /** {@code thread "main" with 1,017 KiB of 1 MiB of its stack left (line 28)} */
    private static String stackLeft(CrashedStack stack) {
        return (stack.thread() == null ? "a thread" : "thread \"" + stack.thread() + "\"") + " with "
                + (stack.isInside()
                        ? Amounts.size(stack.left()) + " of " + Amounts.size(stack.size()) + " of its stack left"
                        : "a stack pointer outside of its stack of " + Amounts.size(stack.size()))
                + " (line " + stack.place().lines() + ")";
    }

    /** {@code hs_err.log:1-900: HotSpot's error file, by line 1; JVM 17.0.15+6, pid 2600 (lines 22, 20)} */
    private static String recognised(Document document) {
        List<Fact> facts = Stream.of(Fact.Name.JVM, Fact.Name.PID, Fact.Name.MAIN_CLASS, Fact.Name.UNIT, Fact.Name.TIME)
                .flatMap(name -> document.fact(name).stream())
                .toList();
        return document.place() + ": " + document.kind().label()
                + document.form().map(form -> ", " + form).orElse("") + ", by line "
                + document.recognised().lines() + (facts.isEmpty() ? "" : "; " + facts(facts));
    }

    private static String facts(List<Fact> facts) {
        return facts.stream()
                        .map(fact -> switch (fact.name()) {
                            case JVM, PID -> fact.name().label() + " " + fact.value();
                            default -> fact.value();
                        })
                        .collect(Collectors.joining(", "))
                + facts.stream()
                        .map(fact -> fact.place().lines())
                        .collect(Collectors.joining(", ", facts.size() == 1 ? " (line " : " (lines ", ")"));
    }

    private void findings() {
        List<Finding> findings = explanation.findings();
        if (explanation.incident().documents().isEmpty()) {
            return;
        }
        out.blank();
        if (findings.isEmpty()) {
            out.wrapped(Ink.HEAD, "findings: ", "none");
            return;
        }
        boolean first = true;
        for (Finding finding : findings.subList(0, Math.min(MOST_FINDINGS, findings.size()))) {
            if (!first) {
                out.blank();
            }
            first = false;
            out.wrapped(
                    Ink.of(finding.severity()), finding.severity().label() + ": ", PlainText.clean(finding.summary()));
            out.wrapped(INDENT, PlainText.clean(finding.evidence()));
            out.wrapped(INDENT, PlainText.clean(finding.advice()));
        }
        if (findings.size() > MOST_FINDINGS) {
            out.line("and " + Words.count(findings.size() - MOST_FINDINGS, "more finding") + "; --json has them all");
        }
    }

    private void calls() {
        List<SeenCalls> calls = explanation.incident().documents().stream()
                .flatMap(document -> document.calls().stream())
                .toList();
        if (calls.isEmpty()) {
            return;
        }
        out.blank();
        out.wrapped(Ink.HEAD, "calls: ", "the first line of each");
        calls.stream().limit(MOST_CALLS).forEach(one -> out.wrapped(INDENT, PlainText.clean(call(one))));
        if (calls.size() > MOST_CALLS) {
            out.line(INDENT + "and " + Words.count(calls.size() - MOST_CALLS, "more form"));
        }
    }

    /** {@code 35 clone3 0x3d0f00, pthread_create of glibc (trace.txt:7)} */
    private static String call(SeenCalls one) {
        return Amounts.count(one.count()) + " " + (one.syscall() == null ? "new tasks" : one.syscall())
                + (one.flags() < 0 ? "" : " 0x" + Long.toHexString(one.flags()))
                + (one.profile() == null ? "" : ", " + one.profile())
                + (one.errno() == null ? "" : ", refused with " + one.errno()) + Words.in(one.place());
    }

    private void threads() {
        List<ThreadTally> lists = explanation.threads();
        if (lists.isEmpty()) {
            return;
        }
        out.blank();
        for (ThreadTally list : lists.subList(0, Math.min(MOST_LISTS, lists.size()))) {
            out.wrapped(
                    Ink.HEAD,
                    "threads: ",
                    PlainText.clean(Amounts.count(list.tasks()) + of(list.document()) + Words.in(list.place())));
            list.kinds().forEach(one -> out.wrapped(INDENT, PlainText.clean(kind(one))));
            list.stated()
                    .filter(total -> total.stackReserved() >= 0)
                    .ifPresent(total -> out.wrapped(INDENT, PlainText.clean(stacks(total, list.document()))));
        }
        if (lists.size() > MOST_LISTS) {
            out.line("and " + Words.count(lists.size() - MOST_LISTS, "more list"));
        }
    }

    /** {@code 116 Java, stacks of 1 MiB, 116 MiB: 105 worker-*, 1 main, 10 others} */
    private static String kind(OfKind one) {
        long most = one.names().stream()
                .limit(MOST_NAMES)
                .mapToLong(ThreadTally.Named::count)
                .sum();
        String names = one.names().stream()
                .limit(MOST_NAMES)
                .map(name -> Amounts.count(name.count()) + " " + name.pattern())
                .collect(Collectors.joining(", "));
        long others = one.listed() - most;
        long notListed = one.count() - one.listed();
        return Amounts.count(one.count()) + " " + one.kind().label() + sizes(one)
                + (names.isEmpty() ? "" : ": " + names + (others > 0 ? ", " + Words.count(others, "other") : ""))
                + (names.isEmpty() || notListed <= 0 ? "" : ", " + Amounts.count(notListed) + " not listed");
    }

    /** The JVM's lists lack threads that it does not know; the kernel counts all. */
    private static String of(Document document) {
        return switch (document.kind()) {
            case LIMITS, JAVACORE -> " in all";
            case MAPPINGS -> " with stacks";
            default -> " of the JVM";
        };
    }

    private static String sizes(OfKind one) {
        if (one.sized() == 0) {
            return "";
        }
        String smallest = Amounts.size(one.smallest());
        String largest = Amounts.size(one.largest());
        String each = smallest.equals(largest) ? smallest : "of " + smallest + " to " + largest;
        String of = one.sized() == one.count() ? "" : " of " + Amounts.count(one.sized()) + " of them";
        return ", stacks" + of + " " + each + ", " + Amounts.size(one.stacks()) + " in all";
    }

    private static String stacks(ThreadTotal total, Document document) {
        String committed = document.kind() == DocumentKind.MAPPINGS ? " in memory" : " committed";
        return "stacks reserve " + Amounts.size(total.stackReserved())
                + (total.stackCommitted() < 0 ? "" : ", " + Amounts.size(total.stackCommitted()) + committed)
                + Words.in(total.place());
    }

    private void limits() {
        List<SeenUse> uses = UseWithoutLimit.of(explanation.incident().documents(), explanation.limits());
        if (explanation.limits().isEmpty() && uses.isEmpty()) {
            return;
        }
        out.blank();
        out.wrapped(Ink.HEAD, "limits: ", explanation.limits().isEmpty() ? "none stated" : "the nearest first");
        explanation.limits().stream()
                .filter(state -> !state.isUnlimited())
                .forEach(state -> out.wrapped(INDENT, PlainText.clean(Judgement.numbers(state))));
        String unlimited = explanation.limits().stream()
                .filter(LimitState::isUnlimited)
                .map(state -> state.name().label() + Words.in(state.maxPlace()))
                .collect(Collectors.joining(", "));
        if (!unlimited.isEmpty()) {
            out.wrapped(INDENT, PlainText.clean("unlimited: " + unlimited));
        }
        uses.forEach(use -> out.wrapped(INDENT, PlainText.clean(withoutLimit(use))));
    }

    /** {@code mappings of the process: 213 in use, of a limit that is not stated (maps:1-214)} */
    private static String withoutLimit(SeenUse use) {
        return use.resource().label() + ": " + (use.atLeast() ? "at least " : "")
                + Words.amount(use.resource(), use.amount()) + " in use, of a limit that is not stated"
                + Words.in(use.place()) + ".";
    }

    private void notStated() {
        if (explanation.notStated().isEmpty()) {
            return;
        }
        out.blank();
        out.wrapped(
                Ink.HEAD,
                "not stated: ",
                PlainText.clean(explanation.notStated().get(0)));
        explanation.notStated().stream().skip(1).forEach(sentence -> out.wrapped(INDENT, PlainText.clean(sentence)));
    }
}
