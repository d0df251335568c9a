package io.clonetrace.agent.starts;

import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.stacks.ExitStackSampler;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OwnThread;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjLongConsumer;

/**
 * Runs in a dying thread, called directly by the woven {@code Thread.exit}. A thread that ends before Thread.start has
 * returned leaves its native side to its creator, and each thread measures its own stack if that is recorded. Nothing
 * is allocated: see {@link io.clonetrace.linux.hotspot.OwnThread}.
 */
final class ExitHook implements ObjLongConsumer<Object> {
    private final ThreadFields fields;
    private final PendingStarts pending;
    private final SuppressedFailures suppressed;
    private final AtomicReference<HookContext> context;
    private final CreatorCounts creators;

    ExitHook(
            ThreadFields fields,
            PendingStarts pending,
            SuppressedFailures suppressed,
            AtomicReference<HookContext> context,
            CreatorCounts creators) {
        this.fields = fields;
        this.pending = pending;
        this.suppressed = suppressed;
        this.context = context;
        this.creators = creators;
    }

    @Override
    public void accept(Object thread, long eetop) {
        try {
            // Only the VM calls Thread.exit, in the dying thread; should anything else, eetop must be the caller's own.
            if (thread != Thread.currentThread()) {
                return;
            }
            creators.ended(fields.id((Thread) thread));
            HookContext now = context.get();
            NativeAccess access = now.access();
            if (access == null) {
                return;
            }
            PendingStart start = pending.get(fields.id((Thread) thread));
            boolean awaited = start != null && start.child == thread;
            ExitStackSampler sampler = now.exitSampler();
            boolean measured = sampler != null && sampler.isWanted();
            OwnThread own = awaited ? start.readAtExit(access.javaThreads(), eetop) : null;
            if (measured) {
                sampler.measure((Thread) thread, eetop, own);
            }
        } catch (Throwable failure) {
            suppressed.add(failure);
        }
    }
}
