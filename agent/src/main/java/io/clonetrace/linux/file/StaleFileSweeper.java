package io.clonetrace.linux.file;

import io.clonetrace.linux.jna.JnaLibrary;
import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What JVMs with the agent that were killed left in a folder for temporary files; their pids are in the names. In a
 * folder where anybody may make files of any name, nothing is done by a path: what is looked at is what is removed.
 * What a command shares with a JVM is a {@link LockedFolder}, which this one, without native code, can't tell from one
 * in use.
 */
public final class StaleFileSweeper {
    private static final Pattern OURS =
            Pattern.compile("clonetrace-(?:(\\d+)-\\d+\\.(?:messages|strace|chunk)|jna-(\\d+)-\\d+)");

    /** Longer than any of these files is needed; the pid may be one of another namespace, which shares the folder. */
    private static final Duration AGE = Duration.ofMinutes(2);

    private StaleFileSweeper() {}

    /** Removes what is this user's and old, and whose process is gone. */
    public static void sweep(Path folder) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "clonetrace-*")) {
            if (all instanceof SecureDirectoryStream<Path> secure) {
                UserPrincipal self = Files.getOwner(Path.of("/proc/self"));
                for (Path entry : all) {
                    Matcher name = OURS.matcher(entry.getFileName().toString());
                    if (name.matches()) {
                        String pid = name.group(1) == null ? name.group(2) : name.group(1);
                        sweep(secure, entry.getFileName(), pid, self);
                    }
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            // What another process left is no reason not to start this one.
        }
    }

    private static void sweep(SecureDirectoryStream<Path> folder, Path file, String pid, UserPrincipal self) {
        try {
            PosixFileAttributes found = folder.getFileAttributeView(
                            file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            boolean due =
                    found.lastModifiedTime().toInstant().isBefore(Instant.now().minus(AGE));
            if (!due || !found.owner().equals(self) || isProcess(pid)) {
                return;
            }
            if (found.isRegularFile()) {
                folder.deleteFile(file);
            } else if (found.isDirectory()) {
                deleteLibrary(folder, file);
                folder.deleteDirectory(file);
            }
        } catch (IOException gone) {
            // Somebody else was faster.
        }
    }

    /** A tid has a folder of its own in /proc, too, which is not listed there (proc(5)). */
    private static boolean isProcess(String pid) {
        return ProcessStatus.of(Path.of("/proc", pid))
                .filter(status -> Integer.toString(status.process()).equals(pid))
                .isPresent();
    }

    /** Nothing else: where another user may rename folders, this one may hold anything. */
    private static void deleteLibrary(SecureDirectoryStream<Path> parent, Path folder) throws IOException {
        try (SecureDirectoryStream<Path> files = parent.newDirectoryStream(folder, LinkOption.NOFOLLOW_LINKS)) {
            files.deleteFile(Path.of(JnaLibrary.NAME));
        } catch (NoSuchFileException empty) {
            // The JVM was killed before it was written.
        }
    }
}
