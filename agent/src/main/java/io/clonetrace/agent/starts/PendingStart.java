package io.clonetrace.agent.starts;

import io.clonetrace.agent.creators.Creation;
import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.JavaThreads;
import io.clonetrace.linux.hotspot.OsThread;
import io.clonetrace.linux.hotspot.OwnThread;
import java.util.function.LongSupplier;

/** One call of Thread.start that has not returned. As a supplier it returns the child's {@code eetop} as it is now. */
final class PendingStart implements LongSupplier {
    private final ThreadFields fields;
    final Thread child;
    final ThreadStartEvent event;
    final int creatorTid;

    /** Whether its call site is looked for, for an event or a count. */
    final boolean wantsSite;

    /** What counts the start; null if nothing does. Set in the creator, before the start. */
    Creation creation;

    final long before = System.currentTimeMillis();

    /** System.nanoTime at the beginning. */
    final long began = System.nanoTime();

    /** How often the session's thread has found it pending. */
    int checks;

    private final OwnThread atExit = new OwnThread();
    private volatile boolean exited;

    /** @param event begun, or null where none is to be committed */
    PendingStart(ThreadFields fields, Thread child, ThreadStartEvent event, int creatorTid, boolean wantsSite) {
        this.fields = fields;
        this.child = child;
        this.event = event;
        this.creatorTid = creatorTid;
        this.wantsSite = wantsSite;
    }

    /**
     * The dying child reads its own native side, which its creator may be too late to read.
     *
     * @return null if its {@code eetop} is 0
     */
    OwnThread readAtExit(JavaThreads threads, long itsEetop) {
        exited = threads.readOwn(itsEetop, atExit);
        return exited ? atExit : null;
    }

    /** What the child read, if it ended before its creator could read it; else null. */
    OsThread readAtExit() {
        return exited ? atExit.toOsThread() : null;
    }

    @Override
    public long getAsLong() {
        return fields.eetop(child);
    }
}
