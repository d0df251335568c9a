package io.clonetrace.report.model;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.JvmBuilder.BoundedMap;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Threads or processes that could not be made, from one place, for one reason: calls that the kernel refused
 * ({@code clonetrace.Clone} with an error), starts that threw ({@code clonetrace.ThreadStartFailed}), or both of the
 * same thread.
 *
 * @param call what the kernel refused; empty if no source saw that
 * @param thrown what {@code Thread.start} threw; empty if the thread was not started by Java code, or if that was not
 *     recorded
 * @param limit the limit that was hit; null if none was found
 * @param used how much of it was in use, at the last of them
 * @param location where it was read, or why none is named
 * @param site the code to which the calls belong; empty if that was not recorded
 * @param caller the application's code that called a site in native code
 * @param trace the stack trace of the last
 * @param threadName the pattern of the name of the thread that made the calls; null if not recorded
 * @param childName the pattern of the name of the thread that could not be made; null if not recorded
 * @param count how many threads or processes could not be made; where no start is known for which they were made, as
 *     many as calls were refused
 * @param attempts how many calls were refused; {@link Event#ABSENT} without {@link #call}
 * @param at when the last was, in the events' time
 */
public record Refusal(
        Optional<Call> call,
        Optional<String> thrown,
        String limit,
        long used,
        long max,
        String location,
        Optional<Frame> site,
        Optional<Frame> caller,
        Optional<StackTrace> trace,
        String threadName,
        String childName,
        long count,
        long attempts,
        long at) {
    /** The name that jdk.jfr.internal.PlatformRecorder gives it, JDK 17 to 25. */
    private static final String JFR_HOOK = "JFR Shutdown Hook";

    private static final Set<String> OTHERS = Set.of(TaskKind.NATIVE.label(), TaskKind.PROCESS.label());

    /**
     * A call that the kernel refused.
     *
     * @param kind for what; {@link CloneTable.CloneWay#UNKNOWN_KIND} if not observed
     * @param syscall the kernel's name of it; null if not observed
     * @param flags the clone flags; {@link CloneCall#UNKNOWN} if not observed
     * @param errno the errno's name
     */
    public record Call(String kind, String syscall, long flags, String errno) {
        /** Whether it was observed for what it was made. */
        public boolean isOfKnownKind() {
            return !kind.equals(CloneWay.UNKNOWN_KIND);
        }

        /** Whether it was tried whether the kernel knows the call: the C library then makes another. */
        public boolean isFallenBackFrom() {
            return "clone3".equals(syscall) && "ENOSYS".equals(errno);
        }

        /** Whether a filter of system calls forbids it, and no limit is hit. */
        public boolean isForbidden() {
            return "EPERM".equals(errno);
        }
    }

    /** What makes two of them the same. */
    record Key(Object call, Object thrown, String limit, Object site, Object caller, boolean ofRecording) {}

    /** The location is that of the last: it may hold counts. */
    Key key() {
        return new Key(call, thrown, limit, site, caller, isOfRecording());
    }

    Refusal and(Refusal other) {
        Refusal last = at > other.at ? this : other;
        return new Refusal(
                call,
                thrown,
                limit,
                last.used,
                last.max,
                last.location,
                site,
                caller,
                last.trace,
                last.threadName,
                last.childName,
                count + other.count,
                attempts < 0 ? other.attempts : attempts + Math.max(0, other.attempts),
                last.at);
    }

    /** Whether the C library only tried whether the kernel has the call, and made another then. */
    public boolean isFallenBackFrom() {
        return call.filter(Call::isFallenBackFrom).isPresent();
    }

    /** A number of the limit for people, as {@link LimitUse#amount} has it; for what could not be read, words. */
    public String amount(long number) {
        return number < 0 ? "an unknown number" : LimitUse.amount(limit, number);
    }

    /** Whether clonetrace itself made the call. */
    public boolean isAgents() {
        return call.filter(one -> one.kind().equals(TaskKind.AGENT.label())).isPresent();
    }

    /** Whether it is the thread that JFR starts when the JVM ends, only because a recording is on. */
    public boolean isOfRecording() {
        return JFR_HOOK.equals(childName);
    }

    /** Whether it is known to be of no thread that Java code or the VM started. */
    public boolean isOfOthers() {
        return thrown.isEmpty()
                && (site.map(frame -> frame.isNative() && !NativeChain.isHotSpots(frame))
                                .orElse(false)
                        || call.map(one -> OTHERS.contains(one.kind())).orElse(false));
    }

    /** Joins the refused calls of one JVM with the starts that they made fail, in whatever order they come. */
    static final class Join {
        /** Of more than these, which call made which start fail is not looked up. */
        private static final int MOST = 10_000;

        private final Interner pool;
        private final List<Start> starts = new ArrayList<>();
        private final BoundedMap<Key, Refusal> moreStarts = new BoundedMap<>(Refusal::and);
        private final Map<Long, Refused> ofStarts = new HashMap<>();
        private final BoundedMap<Object, Refused> others = new BoundedMap<>(Refused::and);

        /** A start that threw, of which it may be known which call was refused. */
        private record Start(long childId, Refusal refusal) {}

        /**
         * Refused calls from one place.
         *
         * @param ofStart whether they are of Java threads
         */
        private record Refused(Refusal refusal, long nativeStackId, Frame startRoutine, boolean ofStart) {
            Refused and(Refused other) {
                return new Refused(refusal.and(other.refusal), nativeStackId, startRoutine, ofStart);
            }

            Refusal located(Threads threads, Application application) {
                Optional<NativeChain> chain = threads.chain(nativeStackId, refusal.at);
                if (chain.isEmpty()) {
                    return refusal.at(
                            Optional.ofNullable(startRoutine).map(NativeChain::callSite),
                            Optional.empty(),
                            Optional.empty());
                }
                Optional<Frame> caller =
                        chain.get().callers(application).stream().findFirst();
                boolean hotSpots = NativeChain.isHotSpots(chain.get().site());
                return hotSpots && caller.isPresent()
                        ? refusal.at(
                                caller,
                                Optional.empty(),
                                Optional.of(chain.get().trace()))
                        : refusal.at(
                                Optional.of(chain.get().site()),
                                caller,
                                Optional.of(chain.get().trace()));
            }
        }

        Join(Interner pool) {
            this.pool = pool;
        }

        /** {@code clonetrace.ThreadStartFailed}. */
        void failed(Event event, StackTrace trace) {
            Event.ThreadRef creator = event.eventThread();
            Refusal one = of(
                    event,
                    Optional.empty(),
                    Optional.of(String.valueOf(event.text("error"))),
                    Optional.ofNullable(trace),
                    creator == null ? null : creator.name(),
                    Event.ABSENT);
            long childId = event.number("childId");
            if (childId > 0 && starts.size() < MOST) {
                starts.add(new Start(childId, one));
            } else {
                moreStarts.add(new Key(null, one.thrown, one.limit, trace, null, one.isOfRecording()), one);
            }
        }

        /** A {@code clonetrace.Clone} with an error. */
        void refused(Event event, CloneWay way) {
            Call call = new Call(way.owner(), way.syscall(), way.flags(), way.error());
            Refusal one = of(
                    event,
                    Optional.of(call),
                    Optional.empty(),
                    Optional.empty(),
                    event.text("parentName"),
                    Math.max(1, event.number("attempts")));
            String routine = event.text("startRoutine");
            Frame startRoutine = routine == null || routine.isEmpty() ? null : pool.nativeFrame(routine);
            long childId = event.number("childId");
            Refused refused = new Refused(one, event.number("nativeStackId"), startRoutine, childId > 0);
            if (childId > 0 && (ofStarts.size() < MOST || ofStarts.containsKey(childId))) {
                ofStarts.merge(childId, refused, Refused::and);
            } else {
                others.add(
                        Arrays.asList(
                                call,
                                one.limit,
                                refused.nativeStackId,
                                startRoutine,
                                refused.ofStart,
                                one.isOfRecording()),
                        refused);
            }
        }

        private Refusal of(
                Event event,
                Optional<Call> call,
                Optional<String> thrown,
                Optional<StackTrace> trace,
                String threadName,
                long attempts) {
            return new Refusal(
                    call,
                    thrown,
                    present(pool.name(event.text("limit"))),
                    event.number("used"),
                    event.number("max"),
                    present(pool.sentence(event.text("location"))),
                    Optional.empty(),
                    Optional.empty(),
                    trace,
                    pattern(threadName),
                    pattern(event.text("childName")),
                    event.number("childId") > 0 ? 1 : Math.max(1, attempts),
                    attempts,
                    event.start());
        }

        private String pattern(String name) {
            return name == null || name.isEmpty() ? null : pool.name(NamePattern.of(name));
        }

        private static String present(String text) {
            return text == null || text.isEmpty() ? null : text;
        }

        /** One for each place and reason, the most first. */
        List<Refusal> refusals(Threads threads, Application application) {
            BoundedMap<Key, Refusal> all = new BoundedMap<>(Refusal::and);
            Set<Long> told = new HashSet<>();
            for (Start start : starts) {
                Refused refused = ofStarts.get(start.childId);
                Refusal one = start.refusal.within(application);
                if (refused != null) {
                    // Of a thread whose start failed again and again, the first has all its calls.
                    one = one.of(refused.refusal, told.add(start.childId) ? refused.refusal.attempts : 0);
                }
                all.add(one.key(), one);
            }
            moreStarts.values().stream().map(one -> one.within(application)).forEach(one -> all.add(one.key(), one));
            ofStarts.keySet().removeAll(told);
            // More of them than were kept one by one: their starts are counted already.
            boolean allKept = moreStarts.values().isEmpty();
            Stream.concat(ofStarts.values().stream(), others.values().stream())
                    .filter(refused -> allKept || !refused.ofStart)
                    .map(refused -> refused.located(threads, application))
                    .forEach(one -> all.add(one.key(), one));
            List<Refusal> most = all.values();
            most.sort(Comparator.comparingLong(Refusal::count).reversed());
            return most;
        }
    }

    private Refusal within(Application application) {
        return at(trace.flatMap(application::site), caller, trace);
    }

    private Refusal at(Optional<Frame> site, Optional<Frame> caller, Optional<StackTrace> trace) {
        return new Refusal(
                call,
                thrown,
                limit,
                used,
                max,
                location,
                site,
                caller,
                trace,
                threadName,
                childName,
                count,
                attempts,
                at);
    }

    /** Where no limit was hit, the errno of the call says more than the start knew. */
    private String locationWith(Refusal refused) {
        return location != null && (limit != null || refused.location == null) ? location : refused.location;
    }

    /** A start, with the call that was refused for it; the limit as it was found in the thread that made it. */
    private Refusal of(Refusal refused, long attempts) {
        boolean known = limit != null || refused.limit == null;
        return new Refusal(
                refused.call,
                thrown,
                known ? limit : refused.limit,
                known ? used : refused.used,
                known ? max : refused.max,
                locationWith(refused),
                site,
                caller,
                trace,
                threadName,
                childName,
                count,
                attempts,
                at);
    }
}
