package io.clonetrace.agent.options;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.agent.attach.AttachOptions;
import java.nio.file.Path;
import java.util.List;

/** The agent's options; those that a command hands on are options again, and say the same. */
class OptionsFuzzTest {
    private static final Path FOLDER = Path.of("/folder");

    @FuzzTest
    void options(byte[] bytes) {
        // The clock may go on between two readings of a name with the time in it.
        String text = new String(bytes, UTF_8).replace("%t", "%p");
        AgentOptions options;
        try {
            options = AgentOptions.parse(text);
        } catch (IllegalArgumentException refused) {
            assertFalse(refused.getMessage().isEmpty());
            return;
        }
        AttachOptions attached;
        try {
            attached = AttachOptions.parse(List.of(text), FOLDER);
        } catch (IllegalArgumentException refused) {
            // There is a path that can't be made absolute.
            return;
        }
        AgentOptions handedOn = AgentOptions.parse(attached.text());
        assertEquals(options.source().name(), handedOn.source().name());
        assertEquals(options.stacks(), handedOn.stacks());
        assertEquals(options.nativeStacks(), handedOn.nativeStacks());
        assertEquals(options.help(), handedOn.help());
        assertEquals(options.record().map(FOLDER::resolve).map(Path::normalize), handedOn.record());
        AgentOptions reading =
                AgentOptions.parse(attached.reading(FOLDER.resolve("trace")).text());
        assertEquals(FOLDER.resolve("trace"), reading.source().file().orElseThrow());
    }
}
