package io.clonetrace.fleet.generator;

import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.report.RecordedLimit;
import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A recording of this JVM, with all that the generator needs of one. */
public final class TemplateRecording {
    /** The threads that it has, of two call sites. */
    static final int THREADS = 5;

    private static final List<String> TYPES = List.of(
            "jdk.JVMInformation",
            "jdk.OSInformation",
            "jdk.InitialEnvironmentVariable",
            "jdk.JavaThreadStatistics",
            "jdk.ThreadStart",
            "jdk.ThreadEnd",
            "clonetrace.Clone",
            "clonetrace.ThreadStart",
            "clonetrace.ThreadStack",
            "clonetrace.SourceStatus",
            "clonetrace.ThreadLimit",
            "clonetrace.ThreadStartFailed");

    private static final long STACK = 1L << 20;

    private TemplateRecording() {}

    public static Path file() throws IOException {
        return Recordings.file(TYPES, TemplateRecording::commit);
    }

    private static void commit() throws InterruptedException {
        for (int number = 1; number < THREADS; number++) {
            started("pool-" + number + "-thread-1", number, "com.example.shop.Pool.grow:37");
        }
        started("timer-7", THREADS, "com.example.shop.Timers.add:11");
        Recordings.status("ebpf", "active", null, THREADS + 1L, 0);
        RecordedLimit.commit("pids.max", 90, 1000, "/sys/fs/cgroup/pids.max");
    }

    /** The thread lives until its events are committed: JFR of JDK 17 has no constant of one that has ended. */
    private static void started(String name, int number, String site) throws InterruptedException {
        CountDownLatch committed = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    try {
                        committed.await();
                    } catch (InterruptedException unexpected) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.start();
        commit(thread, number, site);
        committed.countDown();
        thread.join();
    }

    private static void commit(Thread thread, int number, String site) {
        ThreadStartEvent start = new ThreadStartEvent();
        start.child = thread;
        start.childName = thread.getName();
        start.childId = thread.getId();
        start.childTid = 70_000 + number;
        start.stackBase = 0x7f00_0000_0000L;
        start.stackSize = STACK;
        start.callSite = site;
        start.commit();
        CloneEvent clone = new CloneEvent();
        clone.kind = "java";
        clone.child = thread;
        clone.childName = thread.getName();
        clone.childId = thread.getId();
        clone.childTid = start.childTid;
        clone.syscall = "clone3";
        clone.flags = 0x3d0f00;
        clone.flagNames = "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS"
                + "|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID";
        clone.stackSize = STACK;
        clone.source = "ebpf";
        clone.observedAt = System.currentTimeMillis();
        clone.kernelTime = System.nanoTime();
        clone.nativeStackId = -1;
        clone.attempts = 1;
        clone.commit();
        ThreadStackEvent stack = new ThreadStackEvent();
        stack.name = thread.getName();
        stack.threadId = thread.getId();
        stack.tid = start.childTid;
        stack.thread = thread;
        stack.kind = "java";
        stack.moment = "periodic";
        stack.reserved = STACK;
        stack.guard = 16_384;
        stack.touched = 40_960;
        stack.depth = 40_960;
        stack.creationObserved = true;
        stack.snapshot = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        stack.commit();
    }
}
