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
 * Removes temporary files of killed JVMs that had the agent; their pids are in the names. Since any user may create
 * files of any name in such a folder, nothing is done by path: the file that was checked is the one that is removed. A
 * {@link LockedFolder} is not swept here: without native code, a stale one can't be told from one in use.
 */
public final class StaleFileSweeper {
    private static final Pattern OURS =
            Pattern.compile("clonetrace-(?:(\\d+)-\\d+\\.(?:messages|strace|chunk|probe)|jna-(\\d+)-\\d+)");

    /** Longer than any of these files is needed; the pid may be from another namespace that shares the folder. */
    private static final Duration AGE = Duration.ofMinutes(2);

    private StaleFileSweeper() {}

    /** Removes this user's old files whose process is gone. */
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
            // Stale files of another process are no reason not to start this one.
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
            // Another process was faster.
        }
    }

    /** A tid has a folder in /proc, too, though it is not listed there (proc(5)). */
    private static boolean isProcess(String pid) {
        return ProcessStatus.of(Path.of("/proc", pid))
                .filter(status -> Integer.toString(status.process()).equals(pid))
                .isPresent();
    }

    /** Only the library: if another user may rename folders, this one may hold any files. */
    private static void deleteLibrary(SecureDirectoryStream<Path> parent, Path folder) throws IOException {
        try (SecureDirectoryStream<Path> files = parent.newDirectoryStream(folder, LinkOption.NOFOLLOW_LINKS)) {
            files.deleteFile(Path.of(JnaLibrary.NAME));
        } catch (NoSuchFileException empty) {
            // The JVM was killed before it wrote the library.
        }
    }
}
