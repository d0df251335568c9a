package io.clonetrace.stack;

import io.clonetrace.linux.Processor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The stack that a Java thread gets which asks for no size of its own, in bytes. */
public final class JavaThreadStack {
    private static final long MEBI = 1 << 20;

    /**
     * HotSpot's ThreadStackSize, unless -Xss says otherwise (globals_linux_x86.hpp; globals_linux_aarch64.hpp has twice
     * that).
     */
    public static final long STANDARD =
            Processor.current().orElse(Processor.X86_64) == Processor.AARCH64 ? 2 * MEBI : MEBI;

    /** A thread of every JVM that asks for no size (java.lang.ref.Reference), by the kernel's name of it. */
    private static final String THREAD = "Reference Handl";

    private JavaThreadStack() {}

    /**
     * As that thread has it, whatever option, file or variable the size comes from; empty if that can't be seen.
     *
     * @param procDir the JVM's, {@code /proc/PID}
     * @param snapshot of that process
     */
    public static OptionalLong seen(Path procDir, StackSnapshot snapshot) {
        try {
            // The first of that name: the JVM makes it before the application can make any.
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
