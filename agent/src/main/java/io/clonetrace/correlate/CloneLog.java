package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.Recorder;
import java.util.concurrent.TimeUnit;

/** Commits {@link CloneEvent}s: the one place where a joined record becomes an event. */
final class CloneLog {
    private final CloneCounts counts = new CloneCounts();
    private volatile String source;

    String source() {
        return source;
    }

    void source(String name) {
        source = name;
    }

    CloneCounts counts() {
        return counts;
    }

    /**
     * @param thread the Java thread that the call made, or null
     * @param parent who called, or null if unknown
     * @param name the child's name where it is no Java thread, or null
     */
    void commit(CloneCall call, TaskKind kind, JavaThread thread, KnownTasks.Task parent, String name) {
        if (call.failed()) {
            counts.addRefused();
        } else {
            counts.add(kind);
        }
        if (!Recorder.isReady()) {
            return;
        }
        CloneEvent event = new CloneEvent();
        if (!event.isEnabled()) {
            return;
        }
        event.kind = kind == null ? null : kind.label();
        child(event, call, thread, name);
        parent(event, call, thread, parent);
        kernel(event, call);
        event.source = source;
        event.commit();
    }

    private static void child(CloneEvent event, CloneCall call, JavaThread thread, String name) {
        event.childTid = call.childTid();
        event.childName = thread == null ? name : thread.name();
        event.childId = thread == null ? CloneCall.UNKNOWN : thread.id();
        event.child = thread == null ? null : thread.thread().get();
    }

    private static void parent(CloneEvent event, CloneCall call, JavaThread thread, KnownTasks.Task parent) {
        event.parentTid = call.parentTid();
        event.parentId = CloneCall.UNKNOWN;
        if (thread != null && thread.creator() != null) {
            event.parentName = thread.creator().name();
            event.parentId = thread.creator().id();
        } else if (parent != null) {
            event.parentName = parent.name();
            event.parentId = parent.id();
        }
    }

    private static void kernel(CloneEvent event, CloneCall call) {
        event.syscall = call.syscallName();
        event.flags = call.flags();
        event.flagNames = call.flags() == CloneCall.UNKNOWN ? null : new CloneFlags(call.flags()).names();
        event.stack = call.stack();
        event.stackSize = call.stackSize();
        event.tls = call.tls();
        event.exitSignal = call.exitSignal();
        event.observedAt = call.observedAt() == CloneCall.UNKNOWN
                ? CloneCall.UNKNOWN
                : TimeUnit.NANOSECONDS.toMillis(call.observedAt());
        event.kernelTime = call.kernelTime();
        event.error = call.error();
    }
}
