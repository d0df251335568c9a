package io.clonetrace.report.text;

import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Severity;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Application;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The findings, the worst first: what is wrong, the numbers, and what to do. */
final class FindingsText {
    private static final String INDENT = "   ";
    private static final int OTHERS = 5;
    private static final int INNER_FRAMES = 3;
    private static final int OUTER_FRAMES = 2;

    private final TerminalText out;

    FindingsText(TerminalText out) {
        this.out = out;
    }

    /** What a finding says about one JVM. */
    private record Found(Jvm jvm, Finding finding) {
        /** Findings of one rule about the same code are about the same matter. */
        List<Object> about() {
            return List.of(finding.rule(), finding.subject().site());
        }
    }

    void print(Map<Jvm, List<Finding>> findings) {
        List<Found> all = new ArrayList<>();
        findings.forEach((jvm, found) -> found.forEach(finding -> all.add(new Found(jvm, finding))));
        all.sort(Comparator.comparing(one -> one.finding.severity()));
        out.blank();
        out.wrapped(Ink.HEAD, "findings: ", counts(all, findings.keySet()));
        Map<List<Object>, List<Found>> alike =
                all.stream().collect(Collectors.groupingBy(Found::about, LinkedHashMap::new, Collectors.toList()));
        if (findings.size() == 1) {
            all.forEach(one -> print(one, ""));
        } else {
            alike.values().forEach(this::print);
        }
    }

    /** Of nothing that was recorded nothing can be found, which is not that all is well. */
    private static String counts(List<Found> all, Set<Jvm> jvms) {
        List<Jvm> silent = jvms.stream().filter(jvm -> !jvm.isAboutThreads()).toList();
        String events = Amounts.counted(silent.stream().mapToLong(Jvm::events).sum(), "event") + ", none about threads";
        if (silent.size() == jvms.size()) {
            return "not possible: " + events + ". Record jdk.ThreadStart and jdk.ThreadEnd, as JFR's default settings"
                    + " do, or use clonetrace run.";
        }
        boolean endless = all.isEmpty()
                && jvms.stream()
                        .filter(Jvm::isAboutThreads)
                        .noneMatch(
                                jvm -> jvm.coverage().ends() || jvm.coverage().all());
        return counts(all)
                + (endless ? "; ends of threads were not recorded, so a leak can't be found" : "")
                + (silent.isEmpty()
                        ? ""
                        : "; in " + Amounts.counted(silent.size(), "JVM") + " not possible: " + events);
    }

    private static String counts(List<Found> all) {
        Map<Severity, Long> counts =
                all.stream().collect(Collectors.groupingBy(one -> one.finding.severity(), Collectors.counting()));
        return counts.isEmpty()
                ? "none"
                : Arrays.stream(Severity.values())
                        .filter(counts::containsKey)
                        .map(severity -> Amounts.count(counts.get(severity)) + " " + severity.label()
                                + (counts.get(severity) == 1 ? "" : "s"))
                        .collect(Collectors.joining(", "));
    }

    /** The worst of the JVMs in full, the others in a sentence. */
    private void print(List<Found> alike) {
        Found worst = alike.get(0);
        print(worst, "in " + JvmLabel.of(worst.jvm.name()));
        List<Found> others = alike.subList(1, alike.size());
        for (Found other : others.subList(0, Math.min(OTHERS, others.size()))) {
            out.wrapped(
                    INDENT + "also ",
                    "in " + JvmLabel.of(other.jvm.name()) + ": " + PlainText.clean(other.finding.summary()));
        }
        if (others.size() > OTHERS) {
            out.line(INDENT + "and " + Amounts.count(others.size() - OTHERS) + " more");
        }
    }

    /** @param where in which JVM; empty if there is but one */
    private void print(Found found, String where) {
        Finding finding = found.finding;
        out.blank();
        out.wrapped(Ink.of(finding.severity()), finding.severity().label() + ": ", PlainText.clean(finding.summary()));
        if (!where.isEmpty()) {
            out.wrapped(INDENT, where);
        }
        out.wrapped(INDENT, PlainText.clean(finding.evidence()));
        out.wrapped(INDENT, PlainText.clean(finding.advice()));
        finding.subject()
                .trace()
                .ifPresent(trace -> print(trace, finding.subject().site(), found.jvm.application()));
    }

    /** The frames around the call site: how it came to create a thread, and what called it. */
    private void print(StackTrace trace, Optional<Frame> site, Application application) {
        List<Frame> frames =
                trace.frames().stream().filter(frame -> !frame.isOurs()).toList();
        if (frames.isEmpty()) {
            return;
        }
        int at = Math.max(0, site.map(trace::indexOf).orElse(0));
        boolean nativeCode = frames.get(at).isNative();
        // Further in than a library's function there is but the C library.
        int from = Math.max(0, at - (nativeCode ? 0 : INNER_FRAMES));
        int to = Math.min(frames.size(), at + 1 + OUTER_FRAMES);
        skipped(from);
        frames(frames.subList(from, to));
        List<Frame> outer = frames.subList(to, frames.size());
        if (nativeCode) {
            outside(outer, application);
        } else {
            skipped(outer.size());
        }
    }

    /** What called a library: its native method, and the application's code, whatever lies between. */
    private void outside(List<Frame> frames, Application application) {
        int java = firstOfJava(frames);
        if (java == frames.size()) {
            // Without Java frames, the outermost function tells the native method.
            skipped(java - 1);
            frames(frames.subList(Math.max(0, java - 1), java));
            return;
        }
        int end = Math.min(frames.size(), java + OUTER_FRAMES + 1);
        skipped(java);
        frames(frames.subList(java, end));
        int caller = java;
        while (caller < frames.size() && !application.isApplication(frames.get(caller))) {
            caller++;
        }
        if (caller >= end && caller < frames.size()) {
            skipped(caller - end);
            end = Math.min(frames.size(), caller + 2);
            frames(frames.subList(caller, end));
        }
        skipped(frames.size() - end);
    }

    private static int firstOfJava(List<Frame> frames) {
        int at = 0;
        while (at < frames.size() && frames.get(at).isNative()) {
            at++;
        }
        return at;
    }

    private void frames(List<Frame> frames) {
        for (Frame frame : frames) {
            out.wrapped(INDENT + "at ", PlainText.clean(frame.toString()));
        }
    }

    private void skipped(int frames) {
        if (frames > 0) {
            out.line(INDENT + out.paint(Ink.FAINT, "... " + frames + (frames == 1 ? " frame" : " frames")));
        }
    }
}
