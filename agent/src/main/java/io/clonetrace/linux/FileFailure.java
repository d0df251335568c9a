package io.clonetrace.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Puts into words why a file could not be read or written: the message of java.nio.file's exceptions is the path, and
 * often nothing else.
 */
public final class FileFailure {
    private FileFailure() {}

    /** Why a file that the message names already could not be read. */
    public static String reading(IOException failed) {
        if (failed instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return failed instanceof AccessDeniedException ? "this user may not read it" : reason(failed);
    }

    /** Why a file could not be read, in words that name it. */
    public static String reading(Path file, IOException failed) {
        if (failed instanceof NoSuchFileException) {
            return "there is no " + file;
        }
        return failed instanceof AccessDeniedException
                ? "this user may not read " + file
                : file + ": " + reason(failed);
    }

    /** Why a file that the message names already could not be made or written. */
    public static String writing(IOException failed) {
        if (failed instanceof NoSuchFileException) {
            return "its folder does not exist";
        }
        return failed instanceof AccessDeniedException ? "this user may not write there" : reason(failed);
    }

    /** The kernel's reason, without the path. */
    private static String reason(IOException failed) {
        String reason = failed instanceof FileSystemException file ? file.getReason() : null;
        return reason == null ? String.valueOf(failed.getMessage()) : reason;
    }
}
