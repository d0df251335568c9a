package io.clonetrace.cli.target;

import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A running JVM, and what its command line names as its program: a jar, a main class or a module.
 *
 * @param program as on the command line; {@code @FILE} if that names a file with arguments, which may hold it
 */
public record JvmName(int pid, String program) {
    /** Options of java(1) whose value is the next word. */
    private static final Set<String> WITH_VALUE = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--upgrade-module-path",
            "--add-modules",
            "--limit-modules",
            "--add-reads",
            "--add-exports",
            "--add-opens",
            "--patch-module",
            "--enable-native-access",
            "--source");

    private static final Set<String> NAMES_PROGRAM = Set.of("-jar", "-m", "--module");
    private static final int MOST_LISTED = 5;

    /**
     * The pid that a user gives: a number, or the name of the program that one JVM runs; a part of the name will do
     * where no JVM has the whole.
     *
     * @throws IOException if no JVM that this user may attach to runs that program, or several do, naming the JVMs
     */
    public static int pid(String word) throws IOException {
        return pid(Path.of("/proc"), word);
    }

    static int pid(Path proc, String word) throws IOException {
        if (word.matches("\\d+")) {
            try {
                return Integer.parseInt(word);
            } catch (NumberFormatException large) {
                throw new IOException("there is no process " + word, large);
            }
        }
        ProcessStatus self = self(proc);
        List<JvmName> running = running(proc, self);
        List<JvmName> exact = running.stream().filter(jvm -> jvm.is(word)).toList();
        List<JvmName> named = exact.isEmpty()
                ? running.stream().filter(jvm -> jvm.isNamedPartly(word)).toList()
                : exact;
        if (named.size() == 1) {
            return named.get(0).pid();
        }
        if (named.size() > 1) {
            throw new IOException(named.size() + " JVMs run "
                    + (exact.isEmpty() ? "a program with \"" + word + "\" in its name" : word) + ": " + list(named)
                    + "; choose one by its pid");
        }
        throw new IOException("\"" + word + "\" is not a pid, and no JVM "
                + (self.user() == 0 ? "" : "of this user ") + "runs a program of that name; "
                + (running.isEmpty() ? "none is running" : "running: " + list(running)));
    }

    private static String list(List<JvmName> jvms) {
        String first = jvms.stream()
                .limit(MOST_LISTED)
                .map(jvm -> jvm.pid() + " " + jvm.program())
                .collect(Collectors.joining(", "));
        return jvms.size() > MOST_LISTED ? first + " and " + (jvms.size() - MOST_LISTED) + " more" : first;
    }

    /**
     * The JVMs that this user may attach to, by pid; not the one that executes this.
     *
     * @throws IOException if no /proc is mounted
     */
    public static List<JvmName> running() throws IOException {
        Path proc = Path.of("/proc");
        return running(proc, self(proc));
    }

    private static ProcessStatus self(Path proc) throws IOException {
        return ProcessStatus.of(proc.resolve("self")).orElseThrow(() -> new IOException("no " + proc + " is mounted"));
    }

    private static List<JvmName> running(Path proc, ProcessStatus self) {
        List<JvmName> found = new ArrayList<>();
        String[] entries = proc.toFile().list();
        for (String entry : entries == null ? new String[0] : entries) {
            if (entry.matches("\\d{1,9}") && Integer.parseInt(entry) != self.process()) {
                of(proc.resolve(entry), self).ifPresent(found::add);
            }
        }
        found.sort(Comparator.comparingInt(JvmName::pid));
        return found;
    }

    private static Optional<JvmName> of(Path folder, ProcessStatus self) {
        try {
            Optional<ProcessStatus> status = ProcessStatus.of(folder);
            if (status.isEmpty()
                    || self.user() != 0 && self.user() != status.get().user()) {
                return Optional.empty();
            }
            if (!PseudoFile.bounded(folder.resolve("maps")).contains("/libjvm.so")) {
                return Optional.empty();
            }
            return Optional.of(new JvmName(Integer.parseInt(folder.getFileName().toString()), program(folder)));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /**
     * What the process with that folder in /proc names as its program.
     *
     * @throws IOException if it has ended
     */
    public static String program(Path folder) throws IOException {
        return program(Arrays.asList(PseudoFile.of(folder.resolve("cmdline")).split("\0")));
    }

    /** The program in the words of a command line; the command itself if the words name none. */
    static String program(List<String> words) {
        Iterator<String> rest = words.iterator();
        String command = rest.hasNext() ? rest.next() : "";
        while (rest.hasNext()) {
            String word = rest.next();
            if (NAMES_PROGRAM.contains(word)) {
                return rest.hasNext() ? rest.next() : command;
            }
            if (WITH_VALUE.contains(word)) {
                if (rest.hasNext()) {
                    rest.next();
                }
            } else if (word.startsWith("--module=")) {
                return word.substring("--module=".length());
            } else if (!word.startsWith("-")) {
                return word;
            }
        }
        return command;
    }

    /** Whether its program's name has that part, in capitals or not; the folder of a jar is no part of it. */
    boolean isNamedPartly(String word) {
        String name = program.substring(program.lastIndexOf('/') + 1);
        return !word.isEmpty() && name.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
    }

    /** Whether a user may mean it by that word: the program, a jar without its folder, a class without its package. */
    boolean is(String word) {
        return program.equals(word)
                || program.endsWith("/" + word)
                || !program.endsWith(".jar") && program.endsWith("." + word);
    }
}
