package io.clonetrace.agent;

import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.NativeAccess;
import java.util.function.ObjLongConsumer;

/**
 * What happens in a dying thread: called straight from the woven {@code Thread.exit}. A thread that ends before its
 * creator is back from Thread.start says here who it was.
 */
final class ExitHook implements ObjLongConsumer<Object> {
    private final ThreadFields fields;
    private final InFlight inFlight;
    private final Suppressed suppressed;
    private volatile NativeAccess nativeAccess;

    ExitHook(ThreadFields fields, InFlight inFlight, Suppressed suppressed) {
        this.fields = fields;
        this.inFlight = inFlight;
        this.suppressed = suppressed;
    }

    /** From now on the native side of threads is read. */
    void use(NativeAccess access) {
        nativeAccess = access;
    }

    @Override
    public void accept(Object thread, long eetop) {
        try {
            NativeAccess access = nativeAccess;
            Start start = access == null ? null : inFlight.get(fields.id((Thread) thread));
            if (start != null && start.child == thread) {
                start.readAtExit = access.javaThreads().read(eetop, start);
            }
        } catch (Throwable failure) {
            suppressed.add(failure);
        }
    }
}
