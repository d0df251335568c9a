package io.clonetrace.agent.starts;

import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.event.ThreadStartFailedEvent;
import io.clonetrace.hook.HiddenCode;
import java.io.IOException;
import java.lang.invoke.MethodHandles;

/**
 * What the woven {@code Thread.start} calls when it returns or throws: commits the event, so that this frame is the
 * only one of ours in the event's stack trace. {@link #hidden} takes it out of sight.
 */
final class AfterStart implements StartHook.Listener {
    private final StartHook hook;

    AfterStart(StartHook hook) {
        this.hook = hook;
    }

    /** An instance whose frames are hidden, if the JVM allows that; else a plain one, which works as well. */
    static StartHook.Listener hidden(StartHook hook) {
        try {
            return (StartHook.Listener) HiddenCode.of(AfterStart.class, MethodHandles.lookup())
                    .getDeclaredConstructor(StartHook.class)
                    .newInstance(hook);
        } catch (ReflectiveOperationException | IOException | RuntimeException | LinkageError refused) {
            return new AfterStart(hook);
        }
    }

    /** After Thread.start. */
    @Override
    public void accept(Object token, long eetop) {
        if (!(token instanceof PendingStart start)) {
            return;
        }
        try {
            ThreadStartEvent event = hook.started(start, eetop);
            if (event != null) {
                event.commit();
            }
        } catch (Throwable failure) {
            hook.suppressed(failure);
        } finally {
            hook.over(start);
        }
    }

    /** After a Thread.start that threw. */
    @Override
    public void accept(Object token, Object thrown) {
        PendingStart start = token instanceof PendingStart known ? known : null;
        try {
            ThreadStartFailedEvent event =
                    hook.failed(start, start == null ? (Thread) token : start.child, (Throwable) thrown);
            if (event != null) {
                event.commit();
            }
        } catch (Throwable failure) {
            hook.suppressed(failure);
        } finally {
            if (start != null) {
                hook.over(start);
            }
        }
    }
}
