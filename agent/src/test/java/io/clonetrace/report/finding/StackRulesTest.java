package io.clonetrace.report.finding;

import static io.clonetrace.report.finding.Found.assertSays;
import static io.clonetrace.report.finding.Found.nothing;
import static io.clonetrace.report.finding.Found.only;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.event.ThreadStackEvent;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules about stacks. */
class StackRulesTest {
    private static final long MEGA = 1 << 20;
    private static final long KILO = 1 << 10;

    private static void stack(long id, String moment, long reserved, long guard, long touched, long huge) {
        ThreadStackEvent event = new ThreadStackEvent();
        event.name = "stack-" + id;
        event.threadId = 1_000_000 + id;
        event.tid = (int) id;
        event.kind = "java";
        event.moment = moment;
        event.base = MEGA * id;
        event.reserved = reserved;
        event.guard = guard;
        event.touched = touched;
        event.huge = huge;
        event.commit();
    }

    @Test
    void stacksThatAreFarTooLarge() throws IOException {
        Finding found = only("stacks-oversized", () -> {
            for (int id = 1; id <= 211; id++) {
                stack(id, "periodic", MEGA, 16 * KILO, (id == 100 ? 93 : 40) * KILO, 0);
            }
        });
        // Twice 93 KiB and 128 more, in steps of 64.
        assertSays(found.advice(), "-Xss320k", "address space");
        assertEquals(211 * (MEGA - 320 * KILO), found.numbers().get("saved"));
        assertEquals(93 * KILO, found.numbers().get("mostUsed"));
    }

    @Test
    void oneDeepThreadIsWhatTheStacksAreFor() throws IOException {
        nothing(() -> {
            for (int id = 1; id <= 211; id++) {
                stack(id, "periodic", MEGA, 16 * KILO, (id == 100 ? 400 : 40) * KILO, 0);
            }
        });
    }

    @Test
    void aStackCloseToItsEnd() throws IOException {
        Finding found = only("stack-near-end", () -> {
            stack(1, "periodic", MEGA, 16 * KILO, 100 * KILO, 0);
            stack(1, "end", MEGA, 16 * KILO, 940 * KILO, 0);
            stack(2, "end", MEGA, 16 * KILO, 800 * KILO, 0);
        });
        assertSays(found.summary(), "\"stack-1\"");
        assertSays(found.evidence(), "940 KiB of 1,008 KiB, 93.3%");
    }

    @Test
    void aStackUsedToFourFifths() throws IOException {
        nothing(() -> stack(2, "end", MEGA, 16 * KILO, 800 * KILO, 0));
    }

    @Test
    void hugePagesInStacks() throws IOException {
        Finding found = only("stack-huge-pages", () -> {
            stack(1, "periodic", 8 * MEGA, 16 * KILO, 4 * MEGA, 4 * MEGA);
            stack(2, "periodic", 8 * MEGA, 16 * KILO, 8 * MEGA - 16 * KILO, 2 * MEGA);
            stack(3, "periodic", 8 * MEGA, 16 * KILO, 64 * KILO, 0);
        });
        assertEquals(Map.of("threads", 2L, "huge", 6 * MEGA), found.numbers());
    }

    @Test
    void hugePagesThatCouldNotBeSeen() throws IOException {
        nothing(() -> stack(1, "end", 8 * MEGA, -1, 64 * KILO, -1));
    }
}
