package io.clonetrace.report.json;

import static io.clonetrace.report.json.JsonReport.orNull;

import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.compare.Count;
import io.clonetrace.report.compare.CountChange;
import io.clonetrace.report.compare.FindingChange;
import io.clonetrace.report.compare.Side;
import io.clonetrace.report.compare.StackChange;
import io.clonetrace.report.compare.SystemChange;
import io.clonetrace.report.compare.WayChange;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of the threads since a baseline; null on the side that lacks something. */
final class BaselineSection {
    private static final double PER_THOUSAND = 1_000;

    private BaselineSection() {}

    static Map<String, Object> json(Comparison comparison) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("old", side(comparison.old()));
        json.put("now", side(comparison.now()));
        json.put(
                "findings",
                comparison.findings().stream().map(BaselineSection::finding).toList());
        json.put("sites", comparison.sites().stream().map(BaselineSection::site).toList());
        json.put(
                "groups",
                comparison.groups().stream().map(BaselineSection::group).toList());
        json.put(
                "system",
                comparison.system().stream().map(BaselineSection::system).toList());
        json.put("clones", comparison.ways().stream().map(BaselineSection::way).toList());
        json.put(
                "stacks",
                comparison.stacks().stream().map(BaselineSection::stack).toList());
        return json;
    }

    private static Map<String, Object> side(Side side) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("files", side.files());
        json.put("jvms", side.threads().jvms());
        json.put("seconds", rounded(side.seconds()));
        json.putAll(count(side.threads()));
        json.put("peak", orNull(side.peak()));
        return json;
    }

    private static Map<String, Object> count(Count count) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("created", orNull(count.created()));
        json.put("perMinute", rounded(count.perMinute()));
        json.put("alive", orNull(count.alive()));
        json.put("atLeast", count.atLeast() && count.alive() >= 0 ? List.of("alive") : List.of());
        return json;
    }

    private static Double rounded(double value) {
        return Double.isNaN(value) ? null : Math.round(value * PER_THOUSAND) / PER_THOUSAND;
    }

    private static void both(Map<String, Object> json, CountChange change) {
        json.put("change", change.change().label());
        json.put("old", orNull(change.old().map(BaselineSection::count)));
        json.put("now", orNull(change.now().map(BaselineSection::count)));
    }

    private static Map<String, Object> site(CountChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("site", change.name());
        json.put("oldSite", orNull(change.oldName()));
        json.put("kind", change.kind());
        json.put("names", change.names());
        both(json, change);
        return json;
    }

    private static Map<String, Object> group(CountChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pattern", change.name());
        both(json, change);
        return json;
    }

    private static Map<String, Object> system(SystemChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("what", change.what());
        json.put("old", change.old());
        json.put("now", change.now());
        return json;
    }

    private static Map<String, Object> way(WayChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("madeFor", change.way().owner());
        json.put("syscall", change.way().syscall());
        json.put("error", change.way().error());
        json.put(
                "flags",
                change.way().flagsObserved() ? Sections.hex(change.way().flags()) : null);
        json.put("change", change.change().label());
        json.put("oldCalls", change.oldCalls());
        json.put("nowCalls", change.nowCalls());
        json.put("oldStackSize", orNull(change.oldStackSize()));
        json.put("nowStackSize", orNull(change.nowStackSize()));
        return json;
    }

    private static Map<String, Object> stack(StackChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", change.kind());
        json.put("old", orNull(change.old().map(Sections::stacks)));
        json.put("now", orNull(change.now().map(Sections::stacks)));
        return json;
    }

    private static Map<String, Object> finding(FindingChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        Finding finding = change.finding();
        json.put("change", change.kind().label());
        json.put("rule", finding.rule());
        json.put("old", severity(change.old()));
        json.put("now", severity(change.now()));
        json.put("summary", finding.summary());
        json.put("site", orNull(finding.subject().site().map(Frame::toString)));
        json.put("names", finding.subject().names());
        return json;
    }

    private static Object severity(Optional<Finding> finding) {
        return finding.map(one -> one.severity().label()).orElse(null);
    }
}
