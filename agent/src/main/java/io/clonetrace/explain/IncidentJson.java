package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.SeenCalls;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.ThreadTotal;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An incident as JSON: bytes and counts, null for what is not stated, a place for each. */
public final class IncidentJson {
    private static final int MOST_NAMES = 1_000;

    private IncidentJson() {}

    /** @throws IOException if {@code out} does */
    public static void write(Incident incident, Appendable out) throws IOException {
        Explanation explanation = Explanation.of(incident);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("inputs", incident.inputs().stream().map(IncidentJson::input).toList());
        json.put(
                "documents",
                incident.documents().stream().map(IncidentJson::document).toList());
        json.put(
                "findings",
                explanation.findings().stream().map(IncidentJson::finding).toList());
        json.put(
                "threads",
                explanation.threads().stream().map(IncidentJson::threads).toList());
        json.put(
                "limits", explanation.limits().stream().map(IncidentJson::limit).toList());
        json.put("notStated", explanation.notStated());
        Json.write(json, out);
    }

    private static Map<String, Object> input(InputText input) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", input.name());
        json.put("lines", input.lines());
        json.put("linesRecognised", input.taken());
        json.put("firstLineNotRecognised", input.firstLeft() == 0 ? null : input.firstLeft());
        json.put("linesTooLong", input.cutLines());
        json.put("problem", input.problem().orElse(null));
        return json;
    }

    private static Map<String, Object> place(Place place) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("input", place.file());
        json.put("firstLine", place.first());
        json.put("lastLine", place.last());
        return json;
    }

    private static Long told(long number) {
        return number < 0 ? null : number;
    }

    private static Map<String, Object> document(Document document) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", document.kind().key());
        json.put("form", document.form().orElse(null));
        json.put("recognisedByLine", document.recognised().first());
        json.put("place", place(document.place()));
        Map<String, Object> facts = new LinkedHashMap<>();
        document.facts().forEach(fact -> facts.put(key(fact.name()), fact(fact)));
        json.put("facts", facts);
        json.put(
                "failures",
                document.failures().stream().map(IncidentJson::failure).toList());
        json.put("calls", document.calls().stream().map(IncidentJson::calls).toList());
        json.put("limits", document.limits().stream().map(IncidentJson::limit).toList());
        json.put("uses", document.uses().stream().map(IncidentJson::use).toList());
        json.put(
                "threadTotals",
                document.totals().stream().map(IncidentJson::total).toList());
        document.crashedStack().ifPresent(stack -> {
            Map<String, Object> crashed = new LinkedHashMap<>();
            crashed.put("thread", stack.thread());
            crashed.put("size", stack.size());
            crashed.put("leftBelowStackPointer", stack.left());
            crashed.put("place", place(stack.place()));
            json.put("crashedStack", crashed);
        });
        List<Object> gaps = new ArrayList<>();
        document.gaps().forEach(gap -> gaps.add(Map.of("sentence", gap.sentence(), "place", place(gap.place()))));
        json.put("gaps", gaps);
        return json;
    }

    /** {@code mainClass} for {@code MAIN_CLASS}. */
    private static String key(Enum<?> name) {
        StringBuilder key = new StringBuilder();
        for (String word : name.name().toLowerCase(Locale.ROOT).split("_")) {
            key.append(key.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return key.toString();
    }

    private static Map<String, Object> fact(Fact fact) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("value", fact.value());
        json.put("place", place(fact.place()));
        return json;
    }

    private static Map<String, Object> failure(Failure failure) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("operation", key(failure.operation()));
        json.put("errno", failure.errno());
        json.put("bytes", told(failure.bytes()));
        json.put("guardBytes", told(failure.guard()));
        json.put("subject", failure.subject());
        json.put("detail", failure.detail());
        json.put("count", failure.count());
        json.put("place", place(failure.place()));
        return json;
    }

    private static Map<String, Object> calls(SeenCalls calls) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("syscall", calls.syscall());
        json.put("flags", calls.flags() < 0 ? null : "0x" + Long.toHexString(calls.flags()));
        json.put("profile", calls.profile());
        json.put("errno", calls.errno());
        json.put("count", calls.count());
        json.put("place", place(calls.place()));
        return json;
    }

    private static Map<String, Object> limit(SeenLimit limit) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", limit.name().label());
        json.put("unlimited", limit.isUnlimited());
        json.put("soft", limit.isUnlimited() ? null : limit.soft());
        json.put("hard", limit.hard() == SeenLimit.UNLIMITED ? null : told(limit.hard()));
        json.put("place", place(limit.place()));
        return json;
    }

    private static Map<String, Object> use(SeenUse use) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("resource", key(use.resource()));
        json.put("amount", use.amount());
        json.put("atLeast", use.atLeast());
        json.put("peak", use.peak());
        json.put("place", place(use.place()));
        return json;
    }

    private static Map<String, Object> total(ThreadTotal total) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", key(total.kind()));
        json.put("count", total.count());
        json.put("stackReserved", told(total.stackReserved()));
        json.put("stackCommitted", told(total.stackCommitted()));
        json.put("place", place(total.place()));
        return json;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rule", finding.rule());
        json.put("severity", finding.severity().label());
        json.put("summary", finding.summary());
        json.put("evidence", finding.evidence());
        json.put("advice", finding.advice());
        json.put("numbers", new TreeMap<>(finding.numbers()));
        json.put("names", finding.subject().names());
        return json;
    }

    private static Map<String, Object> threads(ThreadTally tally) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("place", place(tally.place()));
        json.put("tasks", tally.tasks());
        List<Object> kinds = new ArrayList<>();
        for (ThreadTally.OfKind one : tally.kinds()) {
            Map<String, Object> kind = new LinkedHashMap<>();
            kind.put("kind", key(one.kind()));
            kind.put("count", one.count());
            kind.put("listed", one.listed());
            kind.put("withStackSize", one.sized());
            kind.put("stackBytes", one.sized() == 0 ? null : one.stacks());
            kind.put("smallestStack", one.sized() == 0 ? null : one.smallest());
            kind.put("largestStack", one.sized() == 0 ? null : one.largest());
            List<Object> names = new ArrayList<>();
            one.names().stream().limit(MOST_NAMES).forEach(name -> {
                Map<String, Object> group = new LinkedHashMap<>();
                group.put("pattern", name.pattern());
                group.put("count", name.count());
                names.add(group);
            });
            kind.put("names", names);
            kinds.add(kind);
        }
        json.put("kinds", kinds);
        return json;
    }

    private static Map<String, Object> limit(LimitState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", state.name().label());
        json.put("unlimited", state.isUnlimited());
        json.put("max", state.isUnlimited() ? null : state.max());
        json.put("maxPlace", place(state.maxPlace()));
        json.put("used", state.use().map(LimitState.Use::amount).orElse(null));
        json.put("usedAtLeast", state.use().map(LimitState.Use::atLeast).orElse(null));
        json.put("usedPlace", state.use().map(use -> place(use.place())).orElse(null));
        json.put("reached", state.isReached());
        json.put("exceeded", state.isExceeded());
        return json;
    }
}
