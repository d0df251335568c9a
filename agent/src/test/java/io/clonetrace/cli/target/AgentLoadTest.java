package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a JVM says of itself is checked, and repeated only as far as it can be shown. */
class AgentLoadTest {
    private static final String HOTSPOT = "OpenJDK 64-Bit Server VM";

    /** As HotSpot replies to VM.version. */
    private static String reply(String version, String name) {
        return name + " version " + version + "+6-Debian\nJDK " + version + "\n";
    }

    private static String refusal(String version, String name) {
        String message = assertThrows(IOException.class, () -> AgentLoad.refuse(4711, reply(version, name)))
                .getMessage();
        assertTrue(message.length() < 300, message);
        assertTrue(message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
        return message;
    }

    @Test
    void anInterruptedCommandSaysWhatIsLeft() {
        assertEquals("the agent is active in JVM 7; to end it: clonetrace detach 7", AgentLoad.left(7, true, true));
        assertEquals(
                "JVM 7 ignores the request, or ends the agent that it has begun to load",
                AgentLoad.left(7, true, false));
        assertEquals("JVM 7 has carried out the request", AgentLoad.left(7, false, true));
        assertEquals("JVM 7 ignores the request unless it has carried it out already", AgentLoad.left(7, false, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.15", "21.0.0", "25.0.1.1", "100"})
    void versionsThatTheAgentWorksIn(String version) {
        assertDoesNotThrow(() -> AgentLoad.refuse(4711, reply(version, HOTSPOT)));
    }

    @ParameterizedTest
    @CsvSource({"8.0_402, 8", "9.0.4, 9", "11.0.20, 11", "16.0.2, 16"})
    void versionsThatAreTooOld(String version, String java) {
        assertEquals("JVM 4711 is Java " + java + ", and clonetrace needs Java 17 or newer", refusal(version, HOTSPOT));
    }

    @Test
    void versionsThatAreNone() {
        for (String version :
                new String[] {"", "seventeen", "-17", "99999999999", "\u001b]0;x\u0007\u001b[2J", "\u202e17"}) {
            assertTrue(refusal(version, HOTSPOT).startsWith("JVM 4711 does not report its version"));
        }
        refusal("17".repeat(1 << 20), HOTSPOT);
    }

    @Test
    void otherVirtualMachines() {
        assertTrue(refusal("17", "Eclipse OpenJ9 VM")
                .startsWith("JVM 4711 is Eclipse OpenJ9 VM version 17+6-Debian, and"));
        assertTrue(refusal("17", "Substrate VM\u001b]0;pwned\u0007\u001b[31m").contains("Substrate VM?]0;pwned??[31m"));
        refusal("17", "OpenJ9" + "\u001b[31mX".repeat(20_000));
    }
}
