package io.clonetrace.report;

import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.event.ThreadStartEvent;
import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.Recording;

/**
 * Writes a recording of many events, to measure how long a report of it takes: four events a thread, and no two threads
 * of one name. {@code java -cp target/classes:target/test-classes io.clonetrace.report.MillionEvents FILE [EVENTS]}
 */
final class MillionEvents {
    private static final int EVENTS = 1_000_000;
    private static final int EVENTS_A_THREAD = 4;
    private static final int DEPTHS = 40;
    private static final long MEGA = 1 << 20;

    private MillionEvents() {}

    public static void main(String[] arguments) throws IOException {
        int events = arguments.length > 1 ? Integer.parseInt(arguments[1]) : EVENTS;
        try (Recording recording = new Recording()) {
            recording.setToDisk(true);
            recording.enable("jdk.JVMInformation");
            recording.enable("jdk.OSInformation");
            recording.start();
            for (int thread = 0; thread < events / EVENTS_A_THREAD; thread++) {
                started(thread, thread % DEPTHS);
            }
            recording.stop();
            recording.dump(Path.of(arguments[0]));
        }
    }

    /** Stack traces of many depths. */
    private static void started(int thread, int deeper) {
        if (deeper > 0) {
            started(thread, deeper - 1);
            return;
        }
        String name = "worker-" + thread;
        ThreadStartEvent start = new ThreadStartEvent();
        start.childName = name;
        start.childId = 100L + thread;
        start.childTid = 1_000 + thread;
        start.stackSize = MEGA;
        start.commit();
        CloneEvent clone = new CloneEvent();
        clone.kind = "java";
        clone.childName = name;
        clone.childId = 100L + thread;
        clone.childTid = 1_000 + thread;
        clone.syscall = "clone3";
        clone.flags = 0x3d0f00;
        clone.stackSize = MEGA;
        clone.observedAt = System.currentTimeMillis();
        clone.commit();
        stack(thread, name, "periodic");
        stack(thread, name, "end");
    }

    private static void stack(int thread, String name, String moment) {
        ThreadStackEvent stack = new ThreadStackEvent();
        stack.name = name;
        stack.threadId = 100L + thread;
        stack.tid = 1_000 + thread;
        stack.kind = "java";
        stack.moment = moment;
        stack.base = MEGA * thread;
        stack.reserved = MEGA;
        stack.guard = 16_384;
        stack.touched = 40_960 + 4_096L * (thread % 50);
        stack.huge = 0;
        stack.depth = stack.touched;
        stack.commit();
    }
}
