package io.clonetrace.cli;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The recordings of one run. A java writes the one that was asked for. Where the command is something else, each of its
 * JVMs writes its own, with its pid in the name, and when all have ended that with the most clones gets the name.
 */
final class Recordings {
    private static final String SUFFIX = ".jfr";

    private final Path wanted;
    private final boolean many;
    private final Set<Path> before;

    private Recordings(Path wanted, boolean many) throws IOException {
        this.wanted = wanted;
        this.many = many;
        before = many ? existing() : Set.of();
    }

    /**
     * The recordings of a command.
     *
     * @param many whether several JVMs may come of it
     * @throws IOException if they can't be written
     */
    static Recordings of(Path wanted, boolean many) throws IOException {
        return new Recordings(writable(wanted), many);
    }

    /**
     * The file's whole name, if a recording can be written there.
     *
     * @throws IOException with one line for people if not
     */
    static Path writable(Path wanted) throws IOException {
        Path file = wanted.toAbsolutePath();
        Path folder = file.getParent();
        String why = null;
        if (folder == null || Files.isDirectory(file)) {
            why = "it is a folder";
        } else if (!Files.isDirectory(folder)) {
            why = "its folder does not exist";
        } else if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            why = "this user may not write there";
        } else if (file.toString().contains(",")) {
            why = "the agent's options can't hold a comma";
        }
        if (why != null) {
            throw new IOException(wanted + " can't be written: " + why);
        }
        return file;
    }

    /** The file's name as the agent's option {@code record} has it. */
    String option() {
        return many ? wanted.resolveSibling(stem() + "%p" + SUFFIX).toString() : wanted.toString();
    }

    /** What there is now; the one that was asked for is the first, and has its name. */
    Map<Path, Jvm> take() throws IOException {
        Map<Path, Jvm> found = new LinkedHashMap<>();
        if (!many) {
            read(wanted, found);
            return found;
        }
        Set<Path> files = existing();
        files.removeAll(before);
        Map<Path, Jvm> all = new LinkedHashMap<>();
        for (Path file : files) {
            read(file, all);
        }
        all.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Path, Jvm> one) ->
                                one.getValue().clones().calls())
                        .reversed())
                .forEach(one -> found.put(one.getKey(), one.getValue()));
        if (found.isEmpty()) {
            return found;
        }
        Path main = found.keySet().iterator().next();
        Files.move(main, wanted, StandardCopyOption.REPLACE_EXISTING);
        Map<Path, Jvm> named = new LinkedHashMap<>();
        found.forEach((file, jvm) -> named.put(file.equals(main) ? wanted : file, jvm));
        return named;
    }

    private static void read(Path file, Map<Path, Jvm> into) throws IOException {
        // Empty: the JVM was killed, and could not write it.
        if (Files.exists(file) && Files.size(file) > 0) {
            FleetBuilder fleet = FleetBuilder.withoutThreads();
            new RecordingReader(fleet, Progress.NONE, TemporaryFolder.path()).read(List.of(file));
            Fleet read = fleet.build();
            if (read.jvms().isEmpty()) {
                throw new IOException(ReportCommand.nothing(read, List.of(file)));
            }
            into.put(file, read.jvms().get(0));
        }
    }

    private Set<Path> existing() throws IOException {
        Set<Path> files = new TreeSet<>();
        String pattern = "\\Q" + stem() + "\\E\\d+\\Q" + SUFFIX + "\\E";
        try (DirectoryStream<Path> all = Files.newDirectoryStream(wanted.getParent())) {
            all.forEach(file -> {
                if (file.getFileName().toString().matches(pattern)) {
                    files.add(file);
                }
            });
        }
        return files;
    }

    private String stem() {
        String name = wanted.getFileName().toString();
        return (name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name) + "-";
    }
}
