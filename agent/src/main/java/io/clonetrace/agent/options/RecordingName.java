package io.clonetrace.agent.options;

import io.clonetrace.trace.PidNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The name of a recording as a user writes it: {@code %p} is the pid, {@code %t} the local time, {@code %h} the host's
 * name, {@code %%} is {@code %}; any other {@code %} stays. But for the host's name, the same as in
 * {@code -XX:StartFlightRecording:filename=} since JDK 18 (java(1)).
 */
public final class RecordingName {
    private static final String NAMESPACE = "%n";

    private static final String TIME = "yyyy_MM_dd_HH_mm_ss";

    /** The name in this process's UTS namespace (proc_sys_kernel(5)): no look-up, which could wait for a server. */
    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

    private RecordingName() {}

    /** The name with this process's pid and the time now. */
    public static String expand(String name) {
        // The time alone takes a hundred classes of an application's start.
        return name.indexOf('%') < 0 ? name : expand(name, pid(), LocalDateTime.now(), RecordingName::host);
    }

    /** The same with the pid of another process. */
    public static String expand(String name, long pid) {
        return expand(name, Long.toString(pid), LocalDateTime.now(), RecordingName::host);
    }

    static String expand(String name, String pid, LocalDateTime now, Supplier<String> host) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char next = name.charAt(i) == '%' && i + 1 < name.length() ? name.charAt(i + 1) : 0;
            switch (next) {
                case 'p' -> all.append(pid);
                case 't' ->
                    all.append(DateTimeFormatter.ofPattern(TIME, Locale.ROOT).format(now));
                case 'h' -> all.append(host.get());
                case '%' -> all.append('%');
                default -> all.append(name.charAt(i));
            }
            i += next == 'p' || next == 't' || next == 'h' || next == '%' ? 1 : 0;
        }
        return all.toString();
    }

    /** Writes a name so that {@link #expand} returns it. */
    public static String literal(String name) {
        return name.replace("%", "%%");
    }

    /** The name of a trace: {@code %p} is the pid, {@code %n} the number of the pid namespace that it is of. */
    static String inNamespace(String name) {
        if (!name.contains(NAMESPACE)) {
            return name.replace("%p", pid());
        }
        try {
            long namespace = PidNamespace.of(Path.of("/proc/self")).number();
            return name.replace(NAMESPACE, Long.toString(namespace)).replace("%p", pid());
        } catch (IOException unreadable) {
            return name.replace("%p", pid());
        }
    }

    /** As part of a file's name; {@code %h} where it can't be read. */
    private static String host() {
        try {
            return Files.readString(HOST).strip().replace('/', '_');
        } catch (IOException unreadable) {
            return "%h";
        }
    }

    private static String pid() {
        return Long.toString(ProcessHandle.current().pid());
    }
}
