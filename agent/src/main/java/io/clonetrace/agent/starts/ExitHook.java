package io.clonetrace.agent.starts;

import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.stacks.ExitStackSampler;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OwnThread;
import java.util.function.ObjLongConsumer;

/**
 * What happens in a dying thread: called straight from the woven {@code Thread.exit}. A thread that ends before its
 * creator is back from Thread.start says here who it was, and each one measures its own stack where that is recorded.
 * Nothing is allocated: see {@link io.clonetrace.linux.hotspot.OwnThread}.
 */
final class ExitHook implements ObjLongConsumer<Object> {
    private final ThreadFields fields;
    private final PendingStarts pending;
    private final SuppressedFailures suppressed;
    private volatile NativeAccess nativeAccess;
    private volatile ExitStackSampler stackAtEnd;

    ExitHook(ThreadFields fields, PendingStarts pending, SuppressedFailures suppressed) {
        this.fields = fields;
        this.pending = pending;
        this.suppressed = suppressed;
    }

    /** From now on the native side of threads is read. */
    void use(NativeAccess access) {
        nativeAccess = access;
    }

    /** From now on each thread's stack is measured; null to stop. */
    void measure(ExitStackSampler atEnd) {
        stackAtEnd = atEnd;
    }

    @Override
    public void accept(Object thread, long eetop) {
        try {
            NativeAccess access = nativeAccess;
            // Only the VM calls it, in the dying thread; whatever else might, the native side must be the caller's own.
            if (access == null || thread != Thread.currentThread()) {
                return;
            }
            PendingStart start = pending.get(fields.id((Thread) thread));
            boolean awaited = start != null && start.child == thread;
            ExitStackSampler atEnd = stackAtEnd;
            boolean measured = atEnd != null && atEnd.isWanted();
            OwnThread own = awaited ? start.readAtExit(access.javaThreads(), eetop) : null;
            if (measured) {
                atEnd.measure((Thread) thread, eetop, own);
            }
        } catch (Throwable failure) {
            suppressed.add(failure);
        }
    }
}
