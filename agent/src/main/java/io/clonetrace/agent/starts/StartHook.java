package io.clonetrace.agent.starts;

import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.event.ThreadStartFailedEvent;
import io.clonetrace.hook.LoaderFields;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OsThread;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/**
 * Runs in the creator of a thread, called by the woven {@code Thread.start}: directly before the start, through
 * {@link AfterStart} after it. Makes the event of the start, and passes the thread on to be joined with its clone.
 */
final class StartHook implements Function<Object, Object> {
    private final ThreadFields fields;
    private final PendingStarts pending;
    private final JfrState jfr;
    private final SuppressedFailures suppressed;
    private final AtomicLong seen = new AtomicLong();
    private final FailedStarts failures;
    private final AtomicReference<HookContext> context;
    private final StartObservers observers;
    private final LoaderFields loaders;
    private final CallSite callSite;
    private final CreatorCounts creators;
    private volatile Thread expected;
    private volatile boolean expectedSeen;

    /** What the woven code calls after Thread.start: with a long if it returned, with an exception if it threw. */
    interface Listener extends ObjLongConsumer<Object>, BiConsumer<Object, Object> {}

    StartHook(
            ThreadFields fields,
            LoaderFields loaders,
            PendingStarts pending,
            JfrState jfr,
            SuppressedFailures suppressed,
            AtomicReference<HookContext> context,
            CreatorCounts creators) {
        this.fields = fields;
        this.loaders = loaders;
        this.callSite = new CallSite(loaders);
        this.pending = pending;
        this.jfr = jfr;
        this.suppressed = suppressed;
        this.context = context;
        this.creators = creators;
        this.failures = new FailedStarts(fields, jfr, creators);
        this.observers = new StartObservers(suppressed);
    }

    StartObservers observers() {
        return observers;
    }

    /** What is reported of a Thread.start that threw. */
    FailedStarts failures() {
        return failures;
    }

    /** Makes {@link #sawExpected} answer whether the hook has seen the start of this thread. */
    void expect(Thread thread) {
        expectedSeen = false;
        expected = thread;
    }

    boolean sawExpected() {
        return expectedSeen;
    }

    /** Thread starts that the hook has seen. */
    long seen() {
        return seen.get();
    }

    /**
     * Before Thread.start. Where nothing wants the start, nothing is allocated: the token is the thread itself, for the
     * case that it can't be started.
     */
    @Override
    public Object apply(Object thread) {
        try {
            observers.starting(thread);
            Thread child = (Thread) thread;
            HookContext now = context.get();
            boolean recorded = jfr.wantsThreadStart();
            boolean wanted = (recorded || creators.areOn()) && !isOurs(child);
            if (!wanted && now.joining() == null && child != expected) {
                return child;
            }
            ThreadStartEvent event = wanted && recorded ? begun(child) : null;
            PendingStart start = new PendingStart(fields, child, event, tid(now), wanted);
            pending.add(fields.id(child), start);
            if (wanted) {
                start.creation = creators.starting(fields.id(child));
            }
            return start;
        } catch (Throwable failure) {
            suppressed.add(failure);
            return null;
        }
    }

    private ThreadStartEvent begun(Thread child) {
        ThreadStartEvent event = new ThreadStartEvent();
        // The child may replace it as soon as it runs.
        event.contextClassLoader = loaders.contextLoader(child);
        event.begin();
        return event;
    }

    /**
     * After Thread.start.
     *
     * @param eetop the child's; 0 if it has ended
     * @return the event to commit; null if none is recorded
     */
    ThreadStartEvent started(PendingStart start, long eetop) {
        ThreadStartEvent event = start.event;
        if (event != null) {
            event.end();
        }
        HookContext now = context.get();
        OsThread os = osThread(now.access(), start, eetop);
        hand(now, start, os);
        // Not before the start: meanwhile the child runs.
        String site = start.wantsSite ? callSite.find() : null;
        creators.started(start.creation, site, os == null ? CloneCall.UNKNOWN : os.stackSize());
        if (event != null) {
            fill(event, start, os, site);
        }
        seen.incrementAndGet();
        if (start.child == expected) {
            expectedSeen = true;
        }
        return event;
    }

    /**
     * After a Thread.start that threw.
     *
     * @param start null where nothing wanted the start
     * @return the event to commit; null if none is recorded
     */
    ThreadStartFailedEvent failed(PendingStart start, Thread child, Throwable thrown) {
        HookContext now = context.get();
        if (start != null) {
            creators.failed(start.creation);
        }
        if (isOurs(child)) {
            failures.ofOurs(start, thrown, now);
            return null;
        }
        return failures.about(start, child, thrown, now);
    }

    /** The start has returned or thrown, and its event is committed. */
    void over(PendingStart start) {
        pending.remove(fields.id(start.child), start);
    }

    void suppressed(Throwable failure) {
        suppressed.add(failure);
    }

    /** Of the calling thread; -1 if that is not known. */
    private int tid(HookContext now) {
        return now.access() == null ? CloneCall.UNKNOWN : creatorTid(now.access());
    }

    /** A virtual thread may change its carrier before the clone, wherever it waits for a monitor. */
    private int creatorTid(NativeAccess access) {
        Thread self = Thread.currentThread();
        return fields.isVirtual(self) ? CloneCall.UNKNOWN : access.javaThreads().ownTid(fields.eetop(self));
    }

    private OsThread osThread(NativeAccess access, PendingStart start, long eetop) {
        if (access == null) {
            return start.readAtExit();
        }
        OsThread os = fields.keepsEetop(start.child)
                ? access.javaThreads().readHeld(fields.eetop(start.child))
                : access.javaThreads().read(eetop, start);
        return os == null ? start.readAtExit() : os;
    }

    private void hand(HookContext now, PendingStart start, OsThread os) {
        Consumer<JavaThread> joining = now.joining();
        NativeAccess access = now.access();
        if (joining == null || os == null || access == null) {
            return;
        }
        Thread self = Thread.currentThread();
        joining.accept(new JavaThread(
                new WeakReference<>(start.child),
                fields.id(start.child),
                start.child.getName(),
                isOurs(start.child) ? TaskKind.AGENT : TaskKind.JAVA,
                os.tid(),
                access.tlsIsPthread() ? os.pthreadId() : CloneCall.UNKNOWN,
                System.currentTimeMillis(),
                new JavaThread.Creator(start.creatorTid, fields.id(self), self.getName(), start.before)));
    }

    private void fill(ThreadStartEvent event, PendingStart start, OsThread os, String site) {
        Thread child = start.child;
        event.child = child;
        event.childName = child.getName();
        event.childId = fields.id(child);
        event.threadClass = child.getClass();
        event.requestedStackSize = fields.requestedStackSize(child);
        event.childTid = os == null ? CloneCall.UNKNOWN : os.tid();
        event.stackBase = os == null ? CloneCall.UNKNOWN : os.stackBase();
        event.stackSize = os == null ? CloneCall.UNKNOWN : os.stackSize();
        event.callSite = site;
    }

    private boolean isOurs(Thread child) {
        return child instanceof AgentThread
                || Thread.currentThread() instanceof AgentThread
                || jfr.isOursAndStarts(child);
    }
}
