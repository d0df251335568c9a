package io.clonetrace.report.html;

import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.ComparedWay;
import io.clonetrace.report.model.DumpedThread;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.NativeChain;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.CreationTree;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.NameGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The threads of a JVM for the page's scripts, a list for each property: what many have in common is there once. */
final class ThreadColumns {
    /** A browser draws so many at once; of more, those that lived longest are taken, and the others counted. */
    static final int MOST = 100_000;

    private static final double NANOS_A_MILLI = 1e6;

    private final Jvm jvm;
    private final List<ThreadRow> rows;
    private final Map<ThreadRow, Integer> places = new IdentityHashMap<>();
    private final Shared<String> texts = new Shared<>();
    private final Shared<StackTrace> traces = new Shared<>();
    private final Map<StackTrace, Frame> nativeSites = new IdentityHashMap<>();
    private final Shared<CloneWay> ways = new Shared<>();

    /** Values that many threads have, and the place of each. */
    private static final class Shared<T> {
        private final Map<T, Integer> places = new LinkedHashMap<>();
        /** Many have that of the one before, and to compare stack traces takes its time. */
        private T last;

        private int lastPlace = -1;

        /** Its place; -1 for null. */
        int place(T value) {
            if (value != last) {
                last = value;
                lastPlace = value == null ? -1 : places.computeIfAbsent(value, one -> places.size());
            }
            return lastPlace;
        }

        List<Object> json(Function<T, Object> each) {
            return places.keySet().stream().map(each).toList();
        }
    }

    private ThreadColumns(Jvm jvm, List<ThreadRow> rows) {
        this.jvm = jvm;
        this.rows = rows;
        for (int place = 0; place < rows.size(); place++) {
            places.put(rows.get(place), place);
        }
    }

    static Map<String, Object> of(Jvm jvm) {
        List<ThreadRow> rows = jvm.threads();
        if (rows.size() > MOST) {
            // To sort numbers takes less than to sort all rows.
            long[] lifetimes =
                    rows.stream().mapToLong(row -> lifetime(jvm, row)).sorted().toArray();
            long least = lifetimes[lifetimes.length - MOST];
            rows = rows.stream()
                    .filter(row -> lifetime(jvm, row) >= least)
                    .sorted(Comparator.comparingLong((ThreadRow row) -> lifetime(jvm, row))
                            .reversed())
                    .limit(MOST)
                    .toList();
        }
        return new ThreadColumns(jvm, rows).json();
    }

    private static long lifetime(Jvm jvm, ThreadRow row) {
        long end = row.ended() < 0 ? jvm.to() : row.ended();
        return end - (row.started() < 0 ? jvm.from() : row.started());
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("span", (jvm.to() - jvm.from()) / NANOS_A_MILLI);
        json.put("left", jvm.threads().size() - rows.size());
        json.put(
                "kinds",
                Stream.concat(Arrays.stream(TaskKind.values()).map(TaskKind::label), Stream.of(CloneWay.UNKNOWN_KIND))
                        .toList());
        json.put("name", column(row -> row.name() == null ? "" : row.name()));
        json.put("id", column(ThreadRow::javaId));
        json.put("tid", column(ThreadRow::tid));
        json.put("kind", column(row -> row.kind().map(TaskKind::ordinal).orElse(TaskKind.values().length)));
        json.put("start", column(row -> milliseconds(row.started())));
        json.put("end", column(row -> milliseconds(row.ended())));
        json.put("lastSeen", lastSeen());
        json.put("life", column(row -> row.life().ordinal()));
        json.put("creatorId", column(ThreadRow::creatorId));
        json.put("creator", column(row -> texts.place(row.creator())));
        json.put(
                "forVirtualThreads",
                IntStream.range(0, rows.size())
                        .filter(index -> rows.get(index).isForVirtualThreads())
                        .boxed()
                        .toList());
        json.put("type", column(row -> texts.place(row.threadClass())));
        json.put("parent", parents());
        json.put(
                "startRoutine",
                column(row ->
                        texts.place(row.startRoutine().map(Frame::toString).orElse(null))));
        json.put("trace", column(row -> traces.place(trace(row))));
        json.put("made", places(Creator.of(jvm), Creator::threads));
        json.put("group", places(NameGroup.of(jvm), NameGroup::threads));
        json.put(
                "findings",
                Rules.findings(jvm).stream()
                        .map(finding -> placesOf(finding.subject().threads()))
                        .toList());
        json.put("way", column(row -> ways.place(row.way().orElse(null))));
        json.put("requested", column(ThreadRow::requestedStack));
        json.put("reserved", column(ThreadRow::reserved));
        json.put("guard", stackColumn(StackUse::guard));
        json.put("touched", stackColumn(StackUse::touched));
        json.put("depth", stackColumn(StackUse::depth));
        json.put("huge", stackColumn(StackUse::huge));
        json.put(
                "state",
                column(row -> texts.place(row.dumped().map(DumpedThread::state).orElse(null))));
        json.put(
                "dumped",
                column(row -> milliseconds(row.dumped().map(DumpedThread::at).orElse(Event.ABSENT))));
        json.put("cpu", column(row -> row.dumped().map(DumpedThread::cpu).orElse(Event.ABSENT)));
        json.put("texts", texts.json(text -> text));
        json.put(
                "traces",
                traces.json(
                        trace -> trace.frames().stream().map(Frame::toString).toList()));
        json.put(
                "sites",
                traces.json(trace -> Optional.ofNullable(nativeSites.get(trace))
                        .or(() -> jvm.application().site(trace))
                        .map(Frame::toString)
                        .orElse(null)));
        json.put("ways", ways.json(ThreadColumns::way));
        json.put(
                "comparison",
                jvm.comparison().stream().map(ThreadColumns::flagNames).toList());
        return json;
    }

    /** Where it was created: in Java code, or else in native code. */
    private StackTrace trace(ThreadRow row) {
        if (row.trace().isPresent() || row.nativeStack().isEmpty()) {
            return row.trace().orElse(null);
        }
        NativeChain chain = row.nativeStack().get();
        nativeSites.put(chain.trace(), chain.site());
        return chain.trace();
    }

    /** The place of the thread that created each; -1 if that is not known, or not here. */
    private List<Object> parents() {
        CreationTree tree = CreationTree.of(jvm);
        return column(row -> tree.creator(row)
                .map(creator -> places.getOrDefault(creator, -1))
                .orElse(-1));
    }

    /** For each row its place in a list that the JSON report has in the same order; -1 for none. */
    private <T> List<Object> places(List<T> all, Function<T, List<ThreadRow>> threads) {
        List<Object> column = new ArrayList<>(Collections.nCopies(rows.size(), -1));
        for (int index = 0; index < all.size(); index++) {
            for (ThreadRow row : threads.apply(all.get(index))) {
                Integer place = places.get(row);
                if (place != null) {
                    column.set(place, index);
                }
            }
        }
        return column;
    }

    /** The places of some of the rows. */
    private List<Integer> placesOf(List<ThreadRow> some) {
        BitSet wanted = new BitSet(rows.size());
        for (ThreadRow row : some) {
            Integer place = places.get(row);
            if (place != null) {
                wanted.set(place);
            }
        }
        return wanted.stream().boxed().toList();
    }

    private List<Object> column(Function<ThreadRow, Object> value) {
        List<Object> column = new ArrayList<>(rows.size());
        rows.forEach(row -> column.add(value.apply(row)));
        return column;
    }

    private List<Object> stackColumn(ToLongFunction<StackUse> value) {
        return column(row -> row.stack().map(value::applyAsLong).orElse(Event.ABSENT));
    }

    /** When the stacks of those were last looked at that ended at an unknown time, by their places. */
    private Map<String, Object> lastSeen() {
        Map<String, Object> seen = new LinkedHashMap<>();
        for (int place = 0; place < rows.size(); place++) {
            ThreadRow row = rows.get(place);
            if (row.life() == Liveness.ENDED && row.ended() < 0) {
                long at = row.stack().map(StackUse::at).orElse(row.started());
                seen.put(String.valueOf(place), Math.max(0, milliseconds(at)));
            }
        }
        return seen;
    }

    /** Since the recording's first event; -1 for what was not recorded. */
    private double milliseconds(long nanos) {
        return nanos < 0 ? -1 : Math.max(0, Math.round((nanos - jvm.from()) / (NANOS_A_MILLI / 1000)) / 1000.0);
    }

    private static Map<String, Object> way(CloneWay way) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("syscall", way.syscall());
        json.put("flags", way.flagsObserved() ? "0x" + Long.toHexString(way.flags()) : null);
        json.put("names", way.flagsObserved() ? new CloneFlags(way.flags()).names() : null);
        json.put("profile", way.profile().orElse(null));
        return json;
    }

    private static List<String> flagNames(ComparedWay way) {
        return way.flags() == Event.ABSENT || way.flags() == 0
                ? List.of()
                : List.of(new CloneFlags(way.flags()).names().split("\\|"));
    }
}
