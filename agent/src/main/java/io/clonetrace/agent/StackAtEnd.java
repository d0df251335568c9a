package io.clonetrace.agent;

import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.OsThread;
import io.clonetrace.stack.OwnStack;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.ThreadToMeasure;

/**
 * Commits a ThreadStack event in a dying Java thread, of its own stack: its peak. For any number of threads at once.
 */
final class StackAtEnd {
    private final LiveThreads threads;
    private final JfrState jfr;
    private final OwnStack stack;

    StackAtEnd(LiveThreads threads, JfrState jfr, OwnStack stack) {
        this.threads = threads;
        this.jfr = jfr;
        this.stack = stack;
    }

    /** Whether somebody wants it. */
    boolean isWanted() {
        return jfr.wantsThreadStack();
    }

    /**
     * Measures the calling thread and commits.
     *
     * @param thread the calling thread
     * @param os its native side
     */
    void commit(Thread thread, OsThread os) throws LinuxException {
        StackMeasure measure = stack.measure(new ThreadToMeasure(os.tid(), os.stackBase(), os.stackSize()));
        ThreadStackEvent event = new ThreadStackEvent();
        event.thread = thread;
        event.name = thread.getName();
        event.threadId = threads.id(thread);
        event.kind = threads.kind(thread).label();
        StackSampler.fill(event, measure, StackSampler.END);
        event.commit();
    }
}
