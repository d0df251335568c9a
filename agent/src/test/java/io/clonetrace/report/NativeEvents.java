package io.clonetrace.report;

import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.NativeStackEvent;
import io.clonetrace.event.ThreadStackEvent;

/** Events about threads that native code makes, as a test wants them. */
public final class NativeEvents {
    /** The stack that glibc gives a thread by default. */
    public static final long STACK = 8L << 20;

    private static final long PTHREAD = 0x3d0f00;

    private NativeEvents() {}

    /** A {@code clonetrace.NativeStack}; frames, the innermost first, with a line's end between them. */
    public static void chain(long id, String library, String frames, String reason, String javaFrames) {
        NativeStackEvent event = new NativeStackEvent();
        event.id = id;
        event.library = library;
        event.frames = frames;
        event.complete = reason.isEmpty();
        event.reason = reason;
        event.modules = "";
        event.javaFrames = javaFrames;
        event.javaDelay = javaFrames.isEmpty() ? -1 : 340_000;
        event.commit();
    }

    /** A {@code clonetrace.Clone} of a native thread that has that name in {@code /proc}. */
    public static void made(int tid, int parentTid, String name, long chainId, String startRoutine) {
        CloneEvent event = clone(parentTid, chainId);
        event.kind = "native";
        event.childName = name;
        event.childTid = tid;
        event.startRoutine = startRoutine;
        event.commit();
    }

    /** A {@code clonetrace.Clone} that the kernel refused; of a Java thread if it has an id. */
    public static void refused(
            String kind, long childId, long chainId, String errno, String limit, long used, long max) {
        CloneEvent event = clone(77, chainId);
        event.kind = kind;
        event.childId = childId;
        event.childTid = -1;
        event.parentName = "loader-3";
        event.error = errno;
        event.attempts = childId > 0 ? 4 : 1;
        event.limit = limit;
        event.used = used;
        event.max = max;
        event.location = limit.isEmpty() ? "no known limit is reached" : "/sys/fs/cgroup/" + limit;
        event.commit();
    }

    private static CloneEvent clone(int parentTid, long chainId) {
        CloneEvent event = new CloneEvent();
        event.childId = -1;
        event.parentTid = parentTid;
        event.parentId = -1;
        event.syscall = "clone3";
        event.flags = PTHREAD;
        event.stackSize = STACK;
        event.source = "ebpf";
        event.observedAt = System.currentTimeMillis();
        event.nativeStackId = chainId;
        event.attempts = 1;
        event.used = -1;
        event.max = -1;
        return event;
    }

    /** A {@code clonetrace.ThreadStack} of a live thread. */
    public static void seen(int tid, String name) {
        ThreadStackEvent event = new ThreadStackEvent();
        event.threadId = -1;
        event.tid = tid;
        event.name = name;
        event.kind = "native";
        event.moment = "periodic";
        event.base = (long) tid << 24;
        event.reserved = STACK;
        event.guard = 4096;
        event.touched = 16L << 10;
        event.depth = event.touched;
        event.commit();
    }
}
