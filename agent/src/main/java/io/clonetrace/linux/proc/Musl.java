package io.clonetrace.linux.proc;

/** Whether a process uses the C library musl, according to its mappings (proc_pid_maps(5)). */
public final class Musl {
    /**
     * musl's dynamic linker is its C library: one file, whose name in the mappings is that of the file behind the link
     * {@code /lib/ld-musl-ARCH.so.1}. Alpine has no link; others link to {@code libc.so}. glibc's are libc.so.6 and
     * libc-VERSION.so.
     */
    private static final String LINKER = "ld-musl-";

    private static final String LIBRARY = "libc.so";

    private static final String EXECUTABLE = " r-xp ";

    private Musl() {}

    /** @param maps the content of /proc/PID/maps */
    public static boolean isMapped(String maps) {
        for (String line : PseudoFile.lines(maps)) {
            if (isMappedBy(line)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a line of /proc/PID/maps is that of musl. Code only: a program may map files of such names to read them,
     * such as glibc's linker script libc.so.
     */
    public static boolean isMappedBy(String line) {
        if (!line.contains(EXECUTABLE)) {
            return false;
        }
        String name = line.substring(line.lastIndexOf('/') + 1).replace(" (deleted)", "");
        return name.startsWith(LINKER) || name.equals(LIBRARY);
    }
}
