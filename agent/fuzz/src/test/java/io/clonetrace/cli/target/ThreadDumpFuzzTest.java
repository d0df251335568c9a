package io.clonetrace.cli.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.agent.attach.AttachReply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM answers: to {@code jcmd PID Thread.print}, to the question for its version, and of its agent. */
class ThreadDumpFuzzTest {
    private static final Pattern CANONICAL = Pattern.compile(
            "\"([a-z]+)\" #([1-9]\\d{0,8}) prio=5 os_prio=0 cpu=\\d{1,5}[.]\\d\\dms elapsed=\\d{1,5}[.]\\d\\ds"
                    + " tid=0x[0-9a-f]{16} nid=0x([1-9a-f][0-9a-f]{0,5}) runnable  \\[0x([0-9a-f]{16})\\]\n");

    @FuzzTest
    void dump(byte[] bytes) throws IOException {
        Map<Integer, ThreadDump.Entry> threads = ThreadDump.read(new ByteArrayInputStream(bytes), Integer.MAX_VALUE);
        String text = new String(bytes, UTF_8);
        assertTrue(threads.size() <= text.lines().count());
        Matcher canonical = CANONICAL.matcher(text);
        if (canonical.matches()) {
            ThreadDump.Entry expected = new ThreadDump.Entry(
                    canonical.group(1),
                    Long.parseLong(canonical.group(2)),
                    Long.parseUnsignedLong(canonical.group(4), 16));
            assertEquals(Map.of(Integer.parseInt(canonical.group(3), 16), expected), threads);
        }
        version(text);
        answer(bytes);
    }

    private static void version(String text) {
        refused(() -> AgentLoad.refuse(1, text));
        refused(() -> AgentLoad.refuse(1, text + "\nJDK " + text + "\n"));
    }

    private static void answer(byte[] bytes) {
        refused(() -> AttachReply.of(bytes));
    }

    private static void refused(Reading reading) {
        try {
            reading.run();
        } catch (IOException refused) {
            assertFalse(refused.getMessage().isEmpty());
        }
    }

    private interface Reading {
        void run() throws IOException;
    }
}
