package io.clonetrace.report.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFileTest {
    @TempDir
    private Path folder;

    @Test
    void killedReportLeavesNoFile() throws IOException {
        try (ScratchFile scratch = ScratchFile.in(folder)) {
            scratch.content().write(ByteBuffer.wrap(new byte[] {2, 3, 5}));
            assertEquals(3, scratch.content().size());
            try (var names = Files.list(folder)) {
                assertEquals(List.of(), names.toList());
            }
        }
    }
}
