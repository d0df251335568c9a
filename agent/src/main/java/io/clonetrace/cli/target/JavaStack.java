package io.clonetrace.cli.target;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.stack.JavaThreadStack;
import io.clonetrace.stack.StackSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The default stack of a Java thread in a process.
 *
 * @param bytes its size
 * @param source where the size was found, for people
 */
public record JavaStack(long bytes, String source) {
    private static final long KIBI = 1024;
    private static final long MEBI = KIBI * KIBI;

    /** If nothing else is known. */
    public static final JavaStack STANDARD = new JavaStack(JavaThreadStack.STANDARD, "HotSpot's default");

    /**
     * The size of one of the JVM's own threads, whatever option, file or variable sets it; otherwise the size by its
     * options.
     *
     * @param folder the process's folder in /proc
     */
    public static JavaStack of(Path folder) {
        return seen(folder).or(() -> byOption(folder)).orElse(STANDARD);
    }

    private static Optional<JavaStack> seen(Path folder) {
        OptionalLong bytes = JavaThreadStack.seen(folder, snapshot(folder));
        return bytes.isEmpty()
                ? Optional.empty()
                : Optional.of(new JavaStack(bytes.getAsLong(), "as its thread Reference Handler has"));
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

    /** The size with a unit. */
    public String size() {
        return bytes % MEBI == 0 ? bytes / MEBI + " MiB" : String.format(Locale.ROOT, "%,d KiB", bytes / KIBI);
    }
}
