package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as JFR names them, of which a pid may have several: pids are reused. */
class JfrRepositoryTest {
    private static final FileTime BEGAN = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir
    private Path temporary;

    private Path folder(String name, String chunk, long secondsAfter) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.writeString(folder.resolve("2026_11_29_16_33_30.jfr"), chunk);
        Files.setLastModifiedTime(folder, FileTime.fromMillis(BEGAN.toMillis() + secondsAfter * 1_000));
        return folder;
    }

    @Test
    void folderOfThatPidWithAChunkIsFound() throws IOException {
        Path left = folder("2026_11_29_16_33_30_4711", "FLR", 1);
        folder("2026_11_29_16_33_30_14711", "FLR", 1);
        folder("2026_11_29_16_33_30_4712", "FLR", 1);
        assertEquals(Optional.of(left), JfrRepository.in(temporary, 4711, BEGAN));
    }

    @Test
    void olderFolderIsOfAnotherJvm() throws IOException {
        folder("2026_11_29_16_33_30_4711", "FLR", -1);
        assertEquals(Optional.empty(), JfrRepository.in(temporary, 4711, BEGAN));
    }

    @Test
    void folderWithoutAChunkIsOfNoUse() throws IOException {
        folder("2026_11_29_16_33_30_4711", "", 1);
        assertEquals(Optional.empty(), JfrRepository.in(temporary, 4711, BEGAN));
        assertEquals(Optional.empty(), JfrRepository.in(temporary.resolve("gone"), 4711, BEGAN));
    }

    @Test
    void linkIsNotFollowed() throws IOException {
        Path elsewhere = folder("elsewhere", "FLR", 1);
        Files.createSymbolicLink(temporary.resolve("2026_11_29_16_33_30_4711"), elsewhere);
        assertEquals(Optional.empty(), JfrRepository.in(temporary, 4711, BEGAN));
    }
}
