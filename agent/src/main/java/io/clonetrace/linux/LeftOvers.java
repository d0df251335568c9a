package io.clonetrace.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What processes of ours that were killed left in a folder for temporary files; their pids are in the names. In a
 * folder where anybody may make files of any name, nothing is done by a path: what is looked at is what is removed.
 */
public final class LeftOvers {
    private static final Pattern OURS =
            Pattern.compile("clonetrace-(?:(\\d+)-\\d+\\.(?:messages|strace|chunk)|(?:attach|jna|(run))-(\\d+)-\\d+)");

    /** Longer than any of these files is needed; the pid may be one of another namespace, which shares the folder. */
    private static final Duration AGE = Duration.ofMinutes(2);

    private LeftOvers() {}

    /** Removes what is this user's and old, and whose process is gone; no folder of a run. */
    public static void sweep(Path folder) {
        sweep(folder, false);
    }

    /** The same, and the folders of runs whose process is gone, at any age, with what is in them. */
    public static void sweepRuns(Path folder) {
        sweep(folder, true);
    }

    private static void sweep(Path folder, boolean runs) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "clonetrace-*")) {
            if (all instanceof SecureDirectoryStream<Path> secure) {
                UserPrincipal self = Files.getOwner(Path.of("/proc/self"));
                for (Path entry : all) {
                    Matcher name = OURS.matcher(entry.getFileName().toString());
                    // A run lives long, and its pid may be one of another namespace: only the next run takes its place.
                    if (name.matches() && (runs || name.group(2) == null)) {
                        sweep(secure, entry.getFileName(), name, self);
                    }
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            // What another process left is no reason not to start this one.
        }
    }

    private static void sweep(SecureDirectoryStream<Path> folder, Path file, Matcher name, UserPrincipal self) {
        try {
            PosixFileAttributes found = folder.getFileAttributeView(
                            file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            boolean run = name.group(2) != null;
            boolean due = run
                    || found.lastModifiedTime()
                            .toInstant()
                            .isBefore(Instant.now().minus(AGE));
            // Folders are given to the user of the JVM that looks into them.
            boolean ours = found.owner().equals(self)
                    || found.isDirectory() && self.getName().equals("root");
            String pid = name.group(1) == null ? name.group(3) : name.group(1);
            if (!due || !ours || isProcess(pid)) {
                return;
            }
            if (found.isRegularFile()) {
                folder.deleteFile(file);
            } else if (found.isDirectory()) {
                empty(folder, file);
                folder.deleteDirectory(file);
            }
        } catch (IOException gone) {
            // Somebody else was faster.
        }
    }

    /** A tid has a folder of its own in /proc, too, which is not listed there (proc(5)). */
    private static boolean isProcess(String pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", pid, "status"))) {
            return lines.anyMatch(("Tgid:\t" + pid)::equals);
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }

    private static void empty(SecureDirectoryStream<Path> parent, Path folder) throws IOException {
        try (SecureDirectoryStream<Path> files = parent.newDirectoryStream(folder, LinkOption.NOFOLLOW_LINKS)) {
            for (Path file : files) {
                files.deleteFile(file.getFileName());
            }
        }
    }
}
