package io.clonetrace.cli.doctor;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The stack that a Java thread gets in a process unless it asks for another.
 *
 * @param bytes its size
 * @param source where that was found, in words
 */
record JavaStack(long bytes, String source) {
    private static final long KIBI = 1024;
    private static final long MEBI = KIBI * KIBI;

    /** HotSpot's ThreadStackSize on both processors, unless -Xss says otherwise. */
    static final JavaStack STANDARD = new JavaStack(MEBI, "HotSpot's default");

    /** A thread of every JVM that asks for no size (java.lang.ref.Reference), by the kernel's name of it. */
    private static final String THREAD = "Reference Handl";

    /**
     * As it is seen: that of a thread of the JVM's own, whatever option, file or variable the size comes from; else as
     * its options say.
     *
     * @param folder the process's folder in /proc
     */
    static JavaStack of(Path folder) {
        return seen(folder).or(() -> byOption(folder)).orElse(STANDARD);
    }

    private static Optional<JavaStack> seen(Path folder) {
        try {
            OptionalInt thread = thread(folder);
            if (thread.isEmpty()) {
                return Optional.empty();
            }
            return snapshot(folder).measure(List.of(ThreadToMeasure.of(thread.getAsInt()))).stream()
                    .map(StackMeasure::reserved)
                    .filter(reserved -> reserved > 0)
                    .map(reserved -> new JavaStack(reserved, "as its thread Reference Handler has"))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The first of that name: the JVM makes it before the application can make any. */
    private static OptionalInt thread(Path folder) throws IOException {
        TaskList tasks = TaskList.of(folder);
        for (int tid : tasks.tids()) {
            if (tasks.comm(tid).filter(THREAD::equals).isPresent()) {
                return OptionalInt.of(tid);
            }
        }
        return OptionalInt.empty();
    }

    private static StackSnapshot snapshot(Path folder) {
        try {
            return StackSnapshot.byIoctl(folder);
        } catch (LinuxException | LinkageError older) {
            return StackSnapshot.of(folder);
        }
    }

    private static Optional<JavaStack> byOption(Path folder) {
        try {
            return JvmOptions.of(folder)
                    .stackSize()
                    .map(bytes -> new JavaStack(bytes, "by its options in " + folder.resolve("cmdline and environ")));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** The size with its unit. */
    String size() {
        return bytes % MEBI == 0 ? bytes / MEBI + " MiB" : String.format(Locale.ROOT, "%,d KiB", bytes / KIBI);
    }
}
