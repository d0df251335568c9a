package io.clonetrace.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaThreadStackTest {
    @Test
    void unseenWithoutThatThreadOrAnyStackOfIt(@TempDir Path process) throws IOException {
        assertEquals(OptionalLong.empty(), JavaThreadStack.seen(process, StackSnapshot.of(process)), "it has ended");
        Path task = Files.createDirectories(process.resolve("task/8"));
        Files.writeString(task.resolve("comm"), "main\n");
        assertEquals(OptionalLong.empty(), JavaThreadStack.seen(process, StackSnapshot.of(process)));
        Files.writeString(task.resolve("comm"), "Reference Handl\n");
        Files.writeString(process.resolve("smaps"), "");
        Files.writeString(process.resolve("pagemap"), "");
        assertEquals(OptionalLong.empty(), JavaThreadStack.seen(process, StackSnapshot.of(process)));
    }
}
