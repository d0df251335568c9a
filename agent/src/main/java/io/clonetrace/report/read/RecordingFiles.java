package io.clonetrace.report.read;

import io.clonetrace.linux.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which files are recordings: those that a user means by files and folders, and any by its content. */
public final class RecordingFiles {
    /** What the names of recordings end in. */
    public static final String SUFFIX = ".jfr";

    /** What the names of compressed ones end in. */
    private static final String COMPRESSED = SUFFIX + ".gz";

    private RecordingFiles() {}

    /**
     * The files themselves, and of a folder all that end in {@code .jfr} or {@code .jfr.gz}, in its folders too, by
     * name; each once.
     *
     * @throws IOException if a folder can't be read, or has no recording
     */
    public static List<Path> in(List<Path> given) throws IOException {
        Set<Path> all = new LinkedHashSet<>();
        for (Path path : given) {
            if (!Files.isDirectory(path)) {
                all.add(path);
                continue;
            }
            List<Path> found = recordings(path);
            if (found.isEmpty()) {
                throw new IOException(
                        path + " holds no recording: no file in it ends in " + SUFFIX + " or " + COMPRESSED);
            }
            all.addAll(found);
        }
        return new ArrayList<>(all);
    }

    /** Whether a file of that name is taken for a recording. */
    public static boolean isName(String name) {
        return name.endsWith(SUFFIX) || name.endsWith(COMPRESSED);
    }

    /**
     * Whether a regular file has that name and begins as a flight recording does, compressed or not.
     *
     * @throws IOException if it can't be read
     */
    public static boolean isRecording(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel content = FileChannel.open(file)) {
            return isRecording(content);
        }
    }

    /**
     * Whether a file begins as a flight recording does, compressed by gzip or not.
     *
     * @param content of a regular file, open for reading
     */
    public static boolean isRecording(FileChannel content) throws IOException {
        FileForm form = FileForm.of(content);
        return form == FileForm.RECORDING || form == FileForm.GZIP && FileForm.within(content) == FileForm.RECORDING;
    }

    private static List<Path> recordings(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> isName(file.toString()))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException unreadable) {
            throw new IOException(folder + " can't be read: " + FileFailure.reading(unreadable.getCause()), unreadable);
        }
    }
}
