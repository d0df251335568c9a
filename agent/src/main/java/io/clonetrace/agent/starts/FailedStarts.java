package io.clonetrace.agent.starts;

import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.limits.LimitFinder;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.FailedStart;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.correlate.Refusal;
import io.clonetrace.event.ThreadStartFailedEvent;
import io.clonetrace.hook.ThreadFields;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reports each {@code Thread.start} that threw: by an event, and by a line on stderr at most once a minute. Runs in the
 * creator; thread-safe.
 */
final class FailedStarts {
    private static final long LINE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Part of HotSpot's os_native_thread_creation_failed_msg, the same since JDK 8. */
    private static final String REFUSED = "unable to create native thread";

    /** Where none of the known limits was found exhausted. */
    private static final String UNKNOWN_LIMIT = "unknown";

    private final ThreadFields fields;
    private final JfrState jfr;
    private final AtomicLong lineAt = new AtomicLong(System.nanoTime() - LINE_NANOS);
    private final AtomicLong unsaid = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ConcurrentMap<String, AtomicLong> byLimit = new ConcurrentHashMap<>();
    private final CreatorCounts creators;

    /** @param creators counts, or does not: then no limit is looked for in order to be counted */
    FailedStarts(ThreadFields fields, JfrState jfr, CreatorCounts creators) {
        this.fields = fields;
        this.jfr = jfr;
        this.creators = creators;
    }

    /** Runs all that explains a failed start, on the calling thread, and prints nothing. */
    void rehearse(LimitFinder finder) {
        counter(UNKNOWN_LIMIT);
        for (LimitFinder.Finding found : finder.rehearse()) {
            Console.rehearse(line(Thread.currentThread(), found, 1));
        }
    }

    /** How many starts failed because the JVM could not create a native thread. */
    long refused() {
        return refused.get();
    }

    /** The same by the limit that was found exhausted, while threads are counted by creator. */
    Map<String, Long> refusedByLimit() {
        Map<String, Long> counts = new TreeMap<>();
        byLimit.forEach((limit, count) -> counts.put(limit, count.get()));
        return counts;
    }

    /**
     * Counts it, prints a line if one is due, and passes it on to be joined with its refused clones.
     *
     * @param start null where nothing wanted the start
     * @return the event to commit; null if none is recorded
     */
    ThreadStartFailedEvent about(PendingStart start, Thread child, Throwable thrown, HookContext now) {
        boolean noRoom = isRefused(thrown);
        if (noRoom) {
            refused.incrementAndGet();
        }
        boolean said = noRoom && lineIsDue();
        boolean wanted = jfr.wantsThreadStartFailed();
        boolean joined = noRoom && start != null && now.failing() != null;
        boolean counted = noRoom && creators.areOn();
        if (!said && !wanted && !joined && !counted) {
            return null;
        }
        long ended = System.nanoTime();
        LimitFinder.Finding found = noRoom ? find(child, now.limitFinder()) : LimitFinder.Finding.none(null);
        if (counted) {
            counter(found.refusal().limit()).incrementAndGet();
        }
        if (joined && start.creatorTid != CloneCall.UNKNOWN) {
            now.failing().accept(failed(start, TaskKind.JAVA, ended, found.refusal()));
        }
        if (said) {
            Console.say(line(child, found, unsaid.getAndSet(0)));
        }
        return wanted ? event(child, thrown, found) : null;
    }

    /**
     * Passes on a start of one of our threads, or of JFR's because of us, so that its clones are not taken for others.
     */
    void ofOurs(PendingStart start, Throwable thrown, HookContext now) {
        if (isRefused(thrown) && start != null && start.creatorTid != CloneCall.UNKNOWN && now.failing() != null) {
            now.failing().accept(failed(start, TaskKind.AGENT, System.nanoTime(), null));
        }
    }

    private AtomicLong counter(String limit) {
        return byLimit.computeIfAbsent(limit == null ? UNKNOWN_LIMIT : limit, key -> new AtomicLong());
    }

    private static boolean isRefused(Throwable thrown) {
        return thrown instanceof OutOfMemoryError
                && thrown.getMessage() != null
                && thrown.getMessage().contains(REFUSED);
    }

    private FailedStart failed(PendingStart start, TaskKind kind, long ended, Refusal refusal) {
        Thread self = Thread.currentThread();
        return new FailedStart(
                fields.id(start.child),
                start.child.getName(),
                kind,
                new JavaThread.Creator(start.creatorTid, fields.id(self), self.getName(), start.before),
                start.began,
                ended,
                refusal);
    }

    private LimitFinder.Finding find(Thread child, LimitFinder known) {
        LimitFinder finder = known == null ? LimitFinder.early() : known;
        return finder.find(fields.requestedStackSize(child));
    }

    private boolean lineIsDue() {
        long now = System.nanoTime();
        long before = lineAt.get();
        if (now - before >= LINE_NANOS && lineAt.compareAndSet(before, now)) {
            return true;
        }
        unsaid.incrementAndGet();
        return false;
    }

    private static String line(Thread child, LimitFinder.Finding found, long before) {
        return "thread \"" + child.getName() + "\" could not be started: " + found.words()
                + (before == 0 ? "" : " (" + before + " more failed since the last such line)");
    }

    private ThreadStartFailedEvent event(Thread child, Throwable thrown, LimitFinder.Finding found) {
        ThreadStartFailedEvent event = new ThreadStartFailedEvent();
        event.childName = child.getName();
        event.childId = fields.id(child);
        event.error = thrown.toString();
        Refusal refusal = found.refusal();
        event.limit = refusal.limit();
        event.used = refusal.used();
        event.max = refusal.max();
        event.location = refusal.location();
        return event;
    }
}
