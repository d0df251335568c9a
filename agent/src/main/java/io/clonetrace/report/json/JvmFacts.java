package io.clonetrace.report.json;

import static io.clonetrace.report.json.JsonReport.orNull;

import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.ComparedWay;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.FailedStart;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.LimitUse;
import io.clonetrace.report.model.Refusal;
import io.clonetrace.report.model.SourceStatus;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The facts of one JVM that have no sum over several. */
record JvmFacts(Jvm jvm) {
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sources", jvm.sources().stream().map(JvmFacts::source).toList());
        json.put("virtualThreads", orNull(jvm.counters().virtualThreads()));
        json.put(
                "pinned",
                jvm.records("jdk.VirtualThreadPinned") ? jvm.counters().pinned() : null);
        json.put("rss", orNull(jvm.counters().rss()));
        json.put("lostByJfr", jvm.counters().lostBytes());
        json.put("limits", jvm.limits().stream().map(this::limit).toList());
        json.put(
                "failedStarts",
                jvm.failedStarts().stream().map(JvmFacts::failed).toList());
        json.put("refusals", jvm.refusals().stream().map(JvmFacts::refusal).toList());
        json.put("comparison", jvm.comparison().stream().map(JvmFacts::way).toList());
        return json;
    }

    private static Map<String, Object> source(SourceStatus source) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("source", source.source());
        json.put("state", source.state());
        json.put("reason", source.reason());
        json.put("seen", orNull(source.isCounted() ? source.seen() : Event.ABSENT));
        json.put("lost", orNull(source.isCounted() ? source.lost() : Event.ABSENT));
        return json;
    }

    private Map<String, Object> limit(LimitUse limit) {
        double left = Rules.secondsLeft(jvm, limit);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("limit", limit.name());
        json.put("used", orNull(limit.used()));
        json.put("max", orNull(limit.max()));
        json.put("secondsLeft", left < 0 ? null : Math.round(left));
        json.put("location", limit.location());
        return json;
    }

    private static Map<String, Object> failed(FailedStart failed) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", failed.count());
        json.put("error", failed.error());
        json.put("limit", failed.limit());
        json.put("used", orNull(failed.used()));
        json.put("max", orNull(failed.max()));
        json.put("location", failed.location());
        json.put("site", orNull(failed.site().map(Frame::toString)));
        return json;
    }

    private static Map<String, Object> refusal(Refusal refusal) {
        Map<String, Object> json = new LinkedHashMap<>();
        Optional<Refusal.Call> call = refusal.call();
        json.put("count", refusal.count());
        json.put("madeFor", orNull(call.map(Refusal.Call::kind)));
        json.put("syscall", orNull(call.map(Refusal.Call::syscall)));
        json.put(
                "flags", orNull(call.filter(one -> one.flags() != Event.ABSENT).map(one -> Sections.hex(one.flags()))));
        json.put("errno", orNull(call.map(Refusal.Call::errno)));
        json.put("attempts", orNull(refusal.attempts()));
        json.put("error", orNull(refusal.thrown()));
        json.put("limit", refusal.limit());
        json.put("used", orNull(refusal.used()));
        json.put("max", orNull(refusal.max()));
        json.put("location", refusal.location());
        json.put("site", orNull(refusal.site().map(Frame::toString)));
        json.put("caller", orNull(refusal.caller().map(Frame::toString)));
        json.put("library", orNull(refusal.site().filter(Frame::isNative).map(Frame::type)));
        json.put("threadName", refusal.threadName());
        json.put("childName", refusal.childName());
        json.put("at", JsonReport.time(refusal.at()));
        json.put("stackTrace", orNull(refusal.trace().map(Sections::frames)));
        return json;
    }

    private static Map<String, Object> way(ComparedWay way) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("how", way.how());
        json.put("syscall", way.syscall());
        json.put("flags", way.flags() == Event.ABSENT ? null : Sections.hex(way.flags()));
        json.put("missing", way.missing());
        json.put("sharesTls", way.sharesTls());
        json.put("stackSize", orNull(way.stackSize()));
        json.put("source", way.source());
        return json;
    }
}
