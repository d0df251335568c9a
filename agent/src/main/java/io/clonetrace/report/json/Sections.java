package io.clonetrace.report.json;

import static io.clonetrace.report.json.JsonReport.orNull;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable;
import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.CloneTable.FlagSet;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.NativeChain;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.summary.AtLeast;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.KindCount;
import io.clonetrace.report.summary.NameCount;
import io.clonetrace.report.summary.NameGroup;
import io.clonetrace.report.summary.NameGroup.MadeBy;
import io.clonetrace.report.summary.Percentiles;
import io.clonetrace.report.summary.StackTotal;
import io.clonetrace.report.summary.Tally;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sections that exist both for one JVM and for all together. */
record Sections(List<Jvm> jvms, CloneTable clones) {
    /** The patterns of hostile names may be as many as the threads. */
    private static final int MOST_NAMES = 100;

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        KindCount all = KindCount.application(jvms);
        Map<String, Object> threads = threads(all);
        threads.put("countedBy", all.byJvm() ? "jdk.JavaThreadStatistics" : null);
        json.put("threads", threads);
        json.put("kinds", KindCount.of(jvms).stream().map(Sections::threads).toList());
        json.put("clones", clones.rows().stream().map(Sections::clones).toList());
        json.put("flags", clones.flagSets().stream().map(Sections::flags).toList());
        json.put("stacks", StackTotal.of(jvms).stream().map(Sections::stacks).toList());
        json.put("creators", Creator.of(jvms).stream().map(Sections::creator).toList());
        json.put("groups", NameGroup.of(jvms).stream().map(Sections::group).toList());
        return json;
    }

    /** Of programs, which have no threads here. */
    static Map<String, Object> programs(CloneTable calls) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clones", calls.rows().stream().map(Sections::clones).toList());
        json.put("flags", calls.flagSets().stream().map(Sections::flags).toList());
        return json;
    }

    private static Map<String, Object> threads(KindCount count) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", count.kind());
        json.put("created", orNull(count.created()));
        json.put("before", orNull(count.before()));
        json.put("alive", orNull(count.alive()));
        json.put("peak", orNull(count.peak()));
        json.put("atLeast", bounds(json, count.atLeast()));
        return json;
    }

    /** Of those that were recorded. */
    private static List<String> bounds(Map<String, Object> figures, AtLeast atLeast) {
        return atLeast.names().stream()
                .filter(name -> figures.get(name) != null)
                .toList();
    }

    private static Map<String, Object> clones(CloneRow row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("madeFor", row.way().owner());
        json.put("calls", row.count());
        json.put("syscall", row.way().syscall());
        json.put("error", row.way().error());
        json.put("flags", row.way().flagsObserved() ? hex(row.way().flags()) : null);
        json.put("stackSize", orNull(row.usualStackSize()));
        json.put("oneStackSize", row.oneStackSize());
        return json;
    }

    private static Map<String, Object> flags(FlagSet set) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("flags", hex(set.flags()));
        json.put("names", set.names());
        json.put("profile", orNull(set.profile()));
        json.put("calls", set.calls());
        json.put(
                "missing",
                set.missing().stream().map(missing -> missing.flag().name()).toList());
        return json;
    }

    private static void percentiles(Map<String, Object> json, String name, Percentiles of) {
        for (int percent : new int[] {50, 90, 99}) {
            json.put(name + "P" + percent, orNull(of.at(percent)));
        }
        json.put(name + "Max", orNull(of.max()));
    }

    static Map<String, Object> stacks(StackTotal total) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", total.kind());
        json.put("live", total.live());
        json.put("unmeasured", total.unmeasured());
        json.put("reserved", total.reserved());
        json.put("touched", total.touched());
        json.put("huge", total.huge());
        json.put("measured", total.peaks().count());
        percentiles(json, "peak", total.peaks());
        json.put("largestShare", total.depths().count() == 0 ? null : total.largestShare());
        json.put("withoutDepth", total.withoutDepth());
        percentiles(json, "depth", total.depths());
        return json;
    }

    private static Map<String, Object> creator(Creator creator) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("site", creator.site().toString());
        boolean inNativeCode = creator.kind() == TaskKind.NATIVE;
        json.put(
                "library",
                inNativeCode ? creator.site().type() : orNull(creator.library().map(Frame::toString)));
        json.put("caller", orNull(creator.caller().map(Frame::toString)));
        json.put("kind", creator.kind().label());
        json.put("inherited", creator.inherited());
        tally(json, creator.tally());
        json.put(
                "names",
                creator.names().stream().limit(MOST_NAMES).map(Sections::name).toList());
        json.put("stackTrace", frames(creator.trace()));
        if (inNativeCode) {
            boolean named = creator.isSiteRecorded() && !creator.site().method().isEmpty();
            json.put("function", named ? creator.site().method() : null);
            json.put(
                    "startRoutine",
                    creator.startRoutines().stream()
                            .findFirst()
                            .map(Frame::toString)
                            .orElse(null));
            json.put("nativeStack", texts(creator.trace().of(Frame::isNative)));
            json.put("javaStack", texts(creator.trace().of(frame -> !frame.isNative())));
            Optional<NativeChain> chain = creator.nativeStack();
            json.put("nativeMethod", orNull(chain.flatMap(NativeChain::nativeMethod)));
            json.put("incomplete", orNull(chain.flatMap(NativeChain::reason)));
            json.put("javaDelay", orNull(chain.map(NativeChain::javaDelay).orElse(Event.ABSENT)));
        }
        return json;
    }

    private static List<String> texts(List<Frame> frames) {
        return frames.stream().map(Frame::toString).toList();
    }

    private static Map<String, Object> group(NameGroup group) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pattern", group.pattern());
        tally(json, group.tally());
        json.put(
                "createdBy",
                group.creatorNames().stream()
                        .limit(MOST_NAMES)
                        .map(Sections::name)
                        .toList());
        json.put(
                "creators",
                group.creators().stream()
                        .limit(MOST_NAMES)
                        .map(Sections::madeBy)
                        .toList());
        return json;
    }

    private static void tally(Map<String, Object> json, Tally tally) {
        json.put("created", orNull(tally.created()));
        json.put("before", orNull(tally.before()));
        json.put("alive", orNull(tally.alive()));
        json.put("peak", orNull(tally.peak()));
        json.put("atLeast", bounds(json, tally.atLeast()));
        json.put("growth", tally.growth().isPresent() ? tally.growth().getAsLong() : null);
        json.put("reserved", orNull(tally.reserved()));
        json.put("touched", orNull(tally.touched()));
    }

    private static Map<String, Object> name(NameCount name) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pattern", name.pattern());
        json.put("count", name.count());
        return json;
    }

    private static Map<String, Object> madeBy(MadeBy made) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("site", made.creator().label());
        json.put("count", made.count());
        return json;
    }

    static List<String> frames(StackTrace trace) {
        return trace.frames().stream()
                .filter(frame -> !frame.isOurs())
                .map(Frame::toString)
                .toList();
    }

    static String hex(long flags) {
        return "0x" + Long.toHexString(flags);
    }
}
