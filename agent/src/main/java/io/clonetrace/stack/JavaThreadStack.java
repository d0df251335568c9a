package io.clonetrace.stack;

import io.clonetrace.linux.Processor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The default size of a Java thread's stack, in bytes. */
public final class JavaThreadStack {
    private static final long MEBI = 1 << 20;

    /** HotSpot's ThreadStackSize without -Xss (globals_linux_x86.hpp; globals_linux_aarch64.hpp has twice that). */
    public static final long STANDARD =
            Processor.current().orElse(Processor.X86_64) == Processor.AARCH64 ? 2 * MEBI : MEBI;

    /** The kernel's name of a thread that every JVM has and that requests no size (java.lang.ref.Reference). */
    private static final String THREAD = "Reference Handl";

    private JavaThreadStack() {}

    /**
     * The size of that thread's stack, whatever option, file or variable sets it; empty if it can't be read.
     *
     * @param procDir the JVM's folder, {@code /proc/PID}
     * @param snapshot a snapshot of that process
     */
    public static OptionalLong seen(Path procDir, StackSnapshot snapshot) {
        try {
            // The first with that name: the JVM makes it before the application can make any.
            OptionalInt thread = TaskList.of(procDir).named(THREAD);
            if (thread.isEmpty()) {
                return OptionalLong.empty();
            }
            for (StackMeasure measure : snapshot.measure(List.of(ThreadToMeasure.of(thread.getAsInt())))) {
                if (measure.reserved() > 0) {
                    return OptionalLong.of(measure.reserved());
                }
            }
            return OptionalLong.empty();
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }
}
