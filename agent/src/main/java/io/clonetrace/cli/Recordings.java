package io.clonetrace.cli;

import io.clonetrace.agent.options.RecordingName;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.file.FileStatus;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.OpenFile;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Fleet.ReadProblem;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingFiles;
import io.clonetrace.report.read.RecordingReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The recordings of one run. A java writes the requested file. If the command is something else, each of its JVMs
 * writes its own, with its pid in the name, and when all have ended, the one with the most clones gets the requested
 * name.
 *
 * <p>The folder may belong to the user that the command runs as, who may put anything there meanwhile: it is opened
 * once, and only regular files in it are read.
 */
final class Recordings implements AutoCloseable {
    private static final String SUFFIX = RecordingFiles.SUFFIX;

    /** Follows the name of an earlier recording; the agent does the same. */
    private static final String OLD = ".old";

    /** Of a larger recording, only calls are counted. */
    private static final long MOST_BYTES = 32L << 20;

    private static final int MOST_FILES = 1 << 20;
    private static final String NO_FILE = "can't be read as a recording: it is not a regular file";
    private static final int MEGA_BITS = 20;

    private final Path wanted;
    private final boolean many;
    private final Folder folder;
    private final Set<String> before;

    private Recordings(Path wanted, boolean many, Folder folder, Set<String> before) {
        this.wanted = wanted;
        this.many = many;
        this.folder = folder;
        this.before = before;
    }

    /**
     * The recordings of a command.
     *
     * @param many whether it may start several JVMs
     * @throws IOException if they can't be written
     */
    static Recordings of(Path wanted, boolean many) throws IOException, LinuxException {
        Path file = writable(wanted);
        Folder folder = Folder.open(file.getParent());
        try {
            if (content(folder, file.getFileName().toString()) == Content.OTHER) {
                throw new IOException(wanted
                        + " can't be written: it exists and is no flight recording; remove it, or name another file");
            }
            return new Recordings(file, many, folder, many ? existing(folder, file) : Set.of());
        } catch (IOException | LinuxException | RuntimeException failed) {
            folder.close();
            throw failed;
        }
    }

    /** The recordings of a command that has ended; those in {@code before} are older. */
    static Recordings since(Set<String> before, Path wanted, boolean many) throws LinuxException {
        return new Recordings(wanted, many, Folder.open(wanted.getParent()), before);
    }

    /** The requested file, by its absolute path. */
    Path wanted() {
        return wanted;
    }

    /** Whether the command may start several JVMs. */
    boolean isMany() {
        return many;
    }

    /** The names of recordings that existed before the command. */
    Set<String> before() {
        return before;
    }

    /**
     * The file's absolute path, if a recording can be written there.
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

    /** The file as the value of the agent's option {@code record}. */
    String option() {
        String folder = RecordingName.literal(wanted.getParent() + "/");
        return folder
                + (many
                        ? RecordingName.literal(stem(wanted)) + "%p" + SUFFIX
                        : RecordingName.literal(wanted.getFileName().toString()));
    }

    /**
     * A recording that the run made.
     *
     * @param jvm what could be read of it
     * @param problems what could not be read, and why, to follow the file's name; empty if all was read
     */
    record Found(Path file, Optional<Jvm> jvm, List<String> problems) {
        long clones() {
            return jvm.map(read -> read.clones().calls()).orElse(isFile() ? -1L : -2L);
        }

        boolean isFile() {
            return !problems.contains(NO_FILE);
        }
    }

    /**
     * The recordings that exist now; the first has the requested name.
     *
     * @throws LinuxException if the folder can't be read
     */
    List<Found> take() throws LinuxException {
        if (!many) {
            return found(Set.of(wanted.getFileName().toString()));
        }
        Set<String> names = existing(folder, wanted);
        names.removeAll(before);
        List<Found> all = found(names);
        all.sort(Comparator.comparingLong(Found::clones).reversed());
        if (!all.isEmpty() && all.get(0).isFile()) {
            all.set(0, named(all.get(0)));
        }
        return all;
    }

    /**
     * A JVM that has made its file and not written into it: it was killed, or halted.
     *
     * @param pid in its own namespace
     * @param began when it made the file
     */
    record Unwritten(long pid, FileTime began) {}

    /**
     * The JVMs that ended before they wrote their recordings.
     *
     * @param commandPid the pid of the command, which is the JVM if it is a java itself
     */
    List<Unwritten> unwritten(long commandPid) throws LinuxException {
        Set<String> names =
                many ? existing(folder, wanted) : Set.of(wanted.getFileName().toString());
        List<Unwritten> all = new ArrayList<>();
        for (String name : names) {
            if (before.contains(name) || content(folder, name) != Content.NONE) {
                continue;
            }
            try (OpenFile there = folder.pin(name)) {
                all.add(new Unwritten(many ? pid(name) : commandPid, Files.getLastModifiedTime(there.link())));
            } catch (LinuxException | IOException gone) {
                // Then no JVM has made it.
            }
        }
        return all;
    }

    private long pid(String name) {
        return Long.parseLong(name.substring(stem(wanted).length(), name.length() - SUFFIX.length()));
    }

    /** Renames it to the requested name. */
    private Found named(Found found) {
        try {
            keepEarlier();
            folder.rename(
                    found.file().getFileName().toString(), wanted.getFileName().toString());
            return new Found(wanted, found.jvm(), found.problems());
        } catch (LinuxException refused) {
            List<String> problems = new ArrayList<>(found.problems());
            problems.add("could not be renamed to " + wanted + ": " + refused.getMessage());
            return new Found(found.file(), found.jvm(), problems);
        }
    }

    /** Renames an earlier recording as the agent does. */
    private void keepEarlier() throws LinuxException {
        String name = wanted.getFileName().toString();
        if (content(folder, name) == Content.RECORDING) {
            Content old = content(folder, name + OLD);
            if (old == Content.OTHER || old == Content.UNREADABLE) {
                throw new LinuxException(
                        "an earlier one can't become " + name + OLD + ", which exists and is no recording");
            }
            folder.rename(name, name + OLD);
        }
    }

    /** What a name in the folder stands for. */
    private enum Content {
        NONE,
        RECORDING,
        OTHER,
        /** No regular file, or one that can't be read. */
        UNREADABLE
    }

    private static Content content(Folder folder, String name) {
        try (OpenFile there = folder.pin(name)) {
            FileStatus status = there.status();
            if (!status.isRegular()) {
                return Content.UNREADABLE;
            }
            if (status.size() == 0) {
                return Content.NONE;
            }
            return RecordingFiles.isRecording(there.link()) ? Content.RECORDING : Content.OTHER;
        } catch (LinuxException refused) {
            return refused.errno() == Errno.ENOENT.value() ? Content.NONE : Content.UNREADABLE;
        } catch (IOException unreadable) {
            return Content.UNREADABLE;
        }
    }

    private List<Found> found(Set<String> names) {
        List<Found> found = new ArrayList<>();
        for (String name : names) {
            Path file = wanted.resolveSibling(name);
            try (OpenFile pinned = folder.pin(name)) {
                FileStatus status = pinned.status();
                if (!status.isRegular()) {
                    found.add(new Found(file, Optional.empty(), List.of(NO_FILE)));
                } else if (status.size() > 0) {
                    found.add(read(file, pinned.link(), status.size() <= MOST_BYTES));
                }
                // Empty: the JVM was killed before it wrote it.
            } catch (LinuxException refused) {
                if (refused.errno() != Errno.ENOENT.value()) {
                    found.add(new Found(file, Optional.empty(), List.of("can't be read: " + refused.getMessage())));
                }
            }
        }
        return found;
    }

    /**
     * @param content leads to the file that was checked
     * @param withThreads whether to look for findings about threads, which takes memory for each
     */
    private static Found read(Path file, Path content, boolean withThreads) {
        try {
            FleetBuilder builder = withThreads ? new FleetBuilder() : FleetBuilder.withoutThreads();
            new RecordingReader(builder, Progress.NONE, TemporaryFolder.path()).read(List.of(content));
            Fleet fleet = builder.build();
            List<String> problems = new ArrayList<>(
                    fleet.problems().stream().map(ReadProblem::problem).toList());
            if (fleet.jvms().isEmpty() && problems.isEmpty()) {
                problems.add("can't be read as a recording: it holds no event");
            }
            return new Found(file, fleet.jvms().stream().findFirst(), problems);
        } catch (OutOfMemoryError tooLarge) {
            return withThreads ? read(file, content, false) : new Found(file, Optional.empty(), List.of(tooLarge()));
        } catch (RuntimeException | StackOverflowError failed) {
            return new Found(file, Optional.empty(), List.of("can't be summarized: " + failed.getMessage()));
        }
    }

    /** The parser's memory grows with the threads, strings and stack traces of a chunk. */
    private static String tooLarge() {
        long heap = Runtime.getRuntime().maxMemory() >> MEGA_BITS;
        return "can't be summarized: that needs more memory than this JVM's heap of " + heap
                + " MiB; clonetrace report reads it";
    }

    /** The names of recordings with a pid in the name. */
    private static Set<String> existing(Folder folder, Path wanted) throws LinuxException {
        // The folder returns each byte of a name as a character.
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        String stem = new String(stem(wanted).getBytes(names), StandardCharsets.ISO_8859_1);
        Pattern pattern = Pattern.compile(Pattern.quote(stem) + "(\\d+)" + Pattern.quote(SUFFIX));
        Set<String> found = new TreeSet<>();
        for (String name : folder.names(MOST_FILES)) {
            Matcher recording = pattern.matcher(name);
            if (recording.matches()) {
                found.add(stem(wanted) + recording.group(1) + SUFFIX);
            }
        }
        return found;
    }

    private static String stem(Path wanted) {
        String name = wanted.getFileName().toString();
        return (name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name) + "-";
    }

    @Override
    public void close() {
        folder.close();
    }
}
