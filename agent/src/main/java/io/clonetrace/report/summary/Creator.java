package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Coverage;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.NativeChain;
import io.clonetrace.report.model.Origin;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Code that made threads of the application, or processes. Carriers have no creator, nor has what else the JDK makes
 * for virtual threads ({@link ThreadRow#isForVirtualThreads}).
 *
 * <p>Threads of one call site are one creator, whatever called it, unless its callers differ in what becomes of their
 * threads: where some leave them alive and others end theirs, each caller is a creator of its own. A function of a
 * native library is a creator for each place in the application's Java code that called it.
 *
 * @param kind {@link TaskKind#JAVA}, {@link TaskKind#PROCESS}, or {@link TaskKind#NATIVE} for what native code made,
 *     whether it is attached to the JVM or not
 * @param site the innermost frame of the application; where there is none, the first outside the JDK. In native code
 *     the library's function; if that was not recorded, what the threads run ({@link #isSiteRecorded})
 * @param library the first frame outside the JDK, if that is another
 * @param caller the frame further out that tells it from another creator with the same site; of native code, what
 *     called it
 * @param trace the stack trace that most of its threads have; empty if there is but the start routine
 * @param inherited whether most of its threads were made by threads that it made, such as a pool's workers
 * @param names the patterns of the threads' names, the most frequent first
 * @param threads all of them, in no order
 */
public record Creator(
        TaskKind kind,
        Frame site,
        Optional<Frame> library,
        Optional<Frame> caller,
        StackTrace trace,
        boolean inherited,
        Tally tally,
        List<NameCount> names,
        List<ThreadRow> threads) {

    /** The worst first: most alive, then most created; by name where these are the same. */
    private static final Comparator<Creator> WORST_FIRST = Comparator.comparingLong(
                    (Creator creator) -> creator.tally().alive())
            .thenComparingLong(creator -> creator.tally().created())
            .reversed()
            .thenComparing(Creator::label);

    /** The same code in the same part, if not for the same callers. */
    private record Code(TaskKind kind, Frame site, Optional<Frame> library) {}

    /** Threads with one origin. */
    private record Made(Origin origin, List<ThreadRow> rows) {}

    /** Of one JVM, in a defined order: the most live threads first. */
    public static List<Creator> of(Jvm jvm) {
        return jvm.derived().once(Creator.class, () -> List.copyOf(all(List.of(jvm))));
    }

    /** Of several JVMs: the same code in each is one creator. */
    public static List<Creator> of(List<Jvm> jvms) {
        return jvms.size() == 1 ? of(jvms.get(0)) : all(jvms);
    }

    private static List<Creator> all(List<Jvm> jvms) {
        Map<Code, List<Made>> codes = new LinkedHashMap<>();
        List<MadeByKind> byJvm = jvms.stream().map(MadeByKind::new).toList();
        for (TaskKind kind : MadeByKind.KINDS) {
            byJvm.stream()
                    .flatMap(jvm -> jvm.of(kind).stream())
                    .forEach(made -> codes.computeIfAbsent(
                                    new Code(kind, made.origin.site(), made.origin.library()), one -> new ArrayList<>())
                            .add(made));
        }
        Coverage coverage = Coverage.ofKnown(jvms);
        List<Creator> all = new ArrayList<>();
        codes.forEach((code, made) -> (code.kind == TaskKind.NATIVE ? byCaller(made) : split(made, 0, Optional.empty()))
                .forEach(part -> all.add(creator(code, part, coverage))));
        all.sort(WORST_FIRST);
        return all;
    }

    /** The threads of one JVM by their kind and origin. */
    private static final class MadeByKind {
        static final List<TaskKind> KINDS = List.of(TaskKind.JAVA, TaskKind.NATIVE, TaskKind.PROCESS);

        private final Map<TaskKind, Map<Origin, Made>> kinds = new EnumMap<>(TaskKind.class);
        /** In the order of their first threads. */
        private final Map<TaskKind, List<Made>> inOrder = new EnumMap<>(TaskKind.class);

        private TaskKind lastKind;
        private Made last;

        MadeByKind(Jvm jvm) {
            for (TaskKind kind : KINDS) {
                // Equal origins of a JVM are one object, and a stack trace is long.
                kinds.put(kind, new IdentityHashMap<>());
                inOrder.put(kind, new ArrayList<>());
            }
            for (ThreadRow row : jvm.threads()) {
                add(row);
            }
        }

        List<Made> of(TaskKind kind) {
            return inOrder.get(kind);
        }

        private void add(ThreadRow row) {
            Origin origin = row.origin().orElse(null);
            TaskKind own = row.kind().orElse(null);
            TaskKind kind = own != TaskKind.PROCESS && origin != null && origin.isNative() ? TaskKind.NATIVE : own;
            if (origin == null || !kinds.containsKey(kind)) {
                return;
            }
            // Many are made like the one before.
            if (last == null || last.origin != origin || lastKind != kind) {
                lastKind = kind;
                last = made(kind, origin);
            }
            last.rows.add(row);
        }

        private Made made(TaskKind kind, Origin origin) {
            return kinds.get(kind).computeIfAbsent(origin, one -> {
                Made made = new Made(one, new ArrayList<>());
                inOrder.get(kind).add(made);
                return made;
            });
        }
    }

    /** Threads of one caller. */
    private record Part(Optional<Frame> caller, List<Made> made) {
        long threads() {
            return made.stream().mapToLong(one -> one.rows.size()).sum();
        }

        List<ThreadRow> rows() {
            return made.size() == 1
                    ? Collections.unmodifiableList(made.get(0).rows)
                    : made.stream().flatMap(one -> one.rows.stream()).toList();
        }

        private long count(Predicate<Liveness> life) {
            return made.stream()
                    .flatMap(one -> one.rows.stream())
                    .filter(row -> life.test(row.life()))
                    .count();
        }

        /** Of those of which it is known, how many lived at the end; NaN if of none. */
        double shareAlive() {
            return (double) count(life -> life == Liveness.ALIVE) / count(life -> life != Liveness.NOT_RECORDED);
        }
    }

    /** Fewer threads tell nothing about their caller. */
    private static final int FEWEST = 3;

    private static final int MOST_CALLERS = 50;
    private static final double MOST_LIVE = 0.75;
    private static final double FEW_LIVE = 0.25;

    private static List<Part> byCaller(List<Made> made) {
        Map<Optional<Frame>, List<Made>> callers = new LinkedHashMap<>();
        made.forEach(
                one -> callers.computeIfAbsent(one.origin.callers().stream().findFirst(), frame -> new ArrayList<>())
                        .add(one));
        return callers.entrySet().stream()
                .map(caller -> new Part(caller.getKey(), caller.getValue()))
                .toList();
    }

    private static List<Part> split(List<Made> made, int depth, Optional<Frame> caller) {
        Map<Optional<Frame>, List<Made>> callers = new LinkedHashMap<>();
        made.forEach(one -> callers.computeIfAbsent(
                        one.origin.callers().stream().skip(depth).findFirst(), frame -> new ArrayList<>())
                .add(one));
        Part whole = new Part(caller, made);
        if (callers.size() > MOST_CALLERS || made.size() == 1) {
            return List.of(whole);
        }
        if (callers.size() == 1) {
            // The same caller does not tell them apart.
            return callers.containsKey(Optional.<Frame>empty()) ? List.of(whole) : split(made, depth + 1, caller);
        }
        List<Part> parts = new ArrayList<>();
        callers.forEach((frame, theirs) -> parts.addAll(split(theirs, depth + 1, frame)));
        return differ(parts) ? parts : List.of(whole);
    }

    private static boolean differ(List<Part> parts) {
        List<Part> telling =
                parts.stream().filter(part -> part.threads() >= FEWEST).toList();
        return telling.stream().anyMatch(part -> part.shareAlive() >= MOST_LIVE)
                && telling.stream().anyMatch(part -> part.shareAlive() <= FEW_LIVE);
    }

    private static Creator creator(Code code, Part part, Coverage coverage) {
        List<ThreadRow> rows = part.rows();
        Origin usual = part.made.stream()
                .max(Comparator.comparingInt((Made one) -> one.rows.size())
                        .thenComparing(one -> one.origin.trace().toString()))
                .orElseThrow()
                .origin;
        long inherited = part.made.stream()
                .filter(one -> one.origin.inherited())
                .mapToLong(one -> one.rows.size())
                .sum();
        return new Creator(
                code.kind,
                code.site,
                code.library,
                part.caller,
                usual.trace(),
                2 * inherited > rows.size(),
                Tally.of(rows, coverage),
                NameCount.of(rows),
                rows);
    }

    /**
     * Those of one call as one: a client of a library may start threads at several places of the library.
     *
     * @param sameCall of one kind, with one site and one caller; at least one
     */
    public static Creator together(List<Creator> sameCall) {
        if (sameCall.size() == 1) {
            return sameCall.get(0);
        }
        Creator most = sameCall.stream()
                .max(Comparator.comparingInt(creator -> creator.threads.size()))
                .orElseThrow();
        List<ThreadRow> rows =
                sameCall.stream().flatMap(creator -> creator.threads.stream()).toList();
        return new Creator(
                most.kind,
                most.site,
                Optional.empty(),
                most.caller,
                most.trace,
                most.inherited,
                Tally.of(rows),
                NameCount.of(rows),
                rows);
    }

    /** Whether the code that made the threads is known, and not only what they run. */
    public boolean isSiteRecorded() {
        return !trace.frames().isEmpty();
    }

    /** The native functions that the threads run, that of most of them first; empty if not recorded. */
    public List<Frame> startRoutines() {
        Map<Frame, Integer> counts = new LinkedHashMap<>();
        threads.forEach(row -> row.startRoutine().ifPresent(frame -> counts.merge(frame, 1, Integer::sum)));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<Frame, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What else is known of the native frames that made most of the threads; empty if they were not recorded. */
    public Optional<NativeChain> nativeStack() {
        return threads.stream()
                .flatMap(row -> row.nativeStack().stream())
                .filter(chain -> chain.trace().equals(trace))
                .findFirst();
    }

    /** {@code com.acme.Dao.query:17}, with the library's frame and the caller where these tell more. */
    public String label() {
        return (isSiteRecorded() ? "" : "code that was not recorded, of threads that run ")
                + site
                + library.map(frame -> " through " + frame).orElse("")
                + caller.map(frame -> " called by " + frame).orElse("");
    }
}
