package io.clonetrace.cli.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path folder;

    @Test
    void anOpenedFileIsItsUsersAlone() throws IOException {
        Path file = folder.resolve("trace");
        try (OutputStream out = OutputFile.open(file)) {
            out.write('x');
        }
        assertEquals("x", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void whyItCannotBeWritten() {
        Path file = folder.resolve("none/trace");
        IOException refused = assertThrows(IOException.class, () -> OutputFile.open(file));
        assertEquals(file + " can't be written: its folder does not exist", refused.getMessage());
    }

    private Path recording() throws IOException {
        return Files.write(folder.resolve("app.jfr"), new byte[] {'F', 'L', 'R', 0, 0, 2, 0, 1});
    }

    @Test
    void flightRecordingIsNotReplacedUnderAnyName() throws IOException {
        Path recording = recording();
        byte[] before = Files.readAllBytes(recording);
        Path link = Files.createSymbolicLink(folder.resolve("page.html"), recording);
        Path hard = Files.createLink(folder.resolve("report.json"), recording);
        for (Path file : List.of(recording, link, hard)) {
            IOException refused = assertThrows(IOException.class, () -> OutputFile.open(file));
            assertEquals(file + " can't be written: it is a flight recording; name another file", refused.getMessage());
            assertEquals(Optional.of(file + ", a flight recording"), OutputFile.refusal(file, List.of()));
        }
        assertArrayEquals(before, Files.readAllBytes(recording));
    }

    @Test
    void inputIsRefusedUnderAnyName() throws IOException {
        Path input = Files.writeString(folder.resolve("t.strace"), "7 clone(");
        Path link = Files.createSymbolicLink(folder.resolve("page.html"), input);
        assertEquals(Optional.of(link + ", an input"), OutputFile.refusal(link, List.of(input)));
        assertEquals(Optional.of(input + ", an input"), OutputFile.refusal(input, List.of(link)));
        Path other = Files.writeString(folder.resolve("other"), "7 clone(");
        assertEquals(Optional.empty(), OutputFile.refusal(other, List.of(input, folder.resolve("none"))));
        assertEquals(Optional.empty(), OutputFile.refusal(folder.resolve("new"), List.of(input)));
    }

    @Test
    void earlierOutputIsReplacedAsAWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("page.html"), "a long page");
        OutputFile.write(file, out -> out.append("short"));
        assertEquals("short", Files.readString(file));
    }

    @Test
    void deviceTakesTheOutput() throws IOException {
        OutputFile.write(Path.of("/dev/null"), out -> out.append("text"));
        IOException full = assertThrows(
                IOException.class, () -> OutputFile.write(Path.of("/dev/full"), out -> out.append("text")));
        assertEquals("/dev/full can't be written: No space left on device", full.getMessage());
    }

    @Test
    void pipeTakesTheOutput() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Process reader = new ProcessBuilder("cat", pipe.toString()).start();
        OutputFile.write(pipe, out -> out.append("text"));
        assertEquals("text", new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
