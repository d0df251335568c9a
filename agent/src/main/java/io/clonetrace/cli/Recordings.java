package io.clonetrace.cli;

import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.ReadProblem;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The recordings of one run. A java writes the one that was asked for. Where the command is something else, each of its
 * JVMs writes its own, with its pid in the name, and when all have ended that with the most clones gets the name.
 */
final class Recordings {
    private static final String SUFFIX = ".jfr";
    private static final int MEGA_BITS = 20;

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

    /**
     * A recording that the run made.
     *
     * @param jvm what of it could be read
     * @param problems what could not be, and why, to be read behind the file's name; empty if it was read wholly
     */
    record Found(Path file, Optional<Jvm> jvm, List<String> problems) {
        long clones() {
            return jvm.map(read -> read.clones().calls()).orElse(-1L);
        }
    }

    /**
     * What there is now; the one that was asked for is the first, and has its name.
     *
     * @throws IOException if the folder can't be read
     */
    List<Found> take() throws IOException {
        if (!many) {
            return found(Set.of(wanted));
        }
        Set<Path> files = existing();
        files.removeAll(before);
        List<Found> all = found(files);
        all.sort(Comparator.comparingLong(Found::clones).reversed());
        if (!all.isEmpty()) {
            all.set(0, named(all.get(0)));
        }
        return all;
    }

    /** Gives it the name that was asked for. */
    private Found named(Found found) {
        try {
            Files.move(found.file(), wanted, StandardCopyOption.REPLACE_EXISTING);
            return new Found(wanted, found.jvm(), found.problems());
        } catch (IOException refused) {
            List<String> problems = new ArrayList<>(found.problems());
            problems.add("could not be renamed to " + wanted + ": " + refused);
            return new Found(found.file(), found.jvm(), problems);
        }
    }

    private static List<Found> found(Set<Path> files) throws IOException {
        List<Found> found = new ArrayList<>();
        for (Path file : files) {
            // Empty: the JVM was killed, and could not write it.
            if (Files.exists(file) && (!Files.isRegularFile(file) || Files.size(file) > 0)) {
                found.add(read(file));
            }
        }
        return found;
    }

    private static Found read(Path file) {
        try {
            FleetBuilder builder = FleetBuilder.withoutThreads();
            new RecordingReader(builder, Progress.NONE, TemporaryFolder.path()).read(List.of(file));
            Fleet fleet = builder.build();
            List<String> problems = new ArrayList<>(
                    fleet.problems().stream().map(ReadProblem::problem).toList());
            if (fleet.jvms().isEmpty() && problems.isEmpty()) {
                problems.add("can't be read as a recording: it holds no event");
            }
            return new Found(file, fleet.jvms().stream().findFirst(), problems);
        } catch (OutOfMemoryError tooLarge) {
            return new Found(file, Optional.empty(), List.of(tooLarge()));
        } catch (RuntimeException | StackOverflowError failed) {
            return new Found(file, Optional.empty(), List.of("can't be summarized: " + failed));
        }
    }

    /** What JFR's parser keeps grows with the threads, strings and stack traces of a chunk. */
    private static String tooLarge() {
        long heap = Runtime.getRuntime().maxMemory() >> MEGA_BITS;
        return "can't be summarized: that needs more memory than this JVM's heap of " + heap
                + " MiB; clonetrace report reads it";
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
