package io.clonetrace.report.finding;

import static io.clonetrace.report.finding.Found.assertSays;
import static io.clonetrace.report.finding.Found.nothing;
import static io.clonetrace.report.finding.Found.only;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.Jvm;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import jdk.jfr.AnnotationElement;
import jdk.jfr.Event;
import jdk.jfr.EventFactory;
import jdk.jfr.Name;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;

/** The rules about stacks. */
class StackRulesTest {
    private static final long MEGA = 1 << 20;
    private static final long KILO = 1 << 10;

    private static void stack(long id, String moment, long reserved, long guard, long touched, long huge) {
        sparse(id, moment, reserved, guard, touched, touched, huge);
    }

    /** One of whose depth only some pages were touched. */
    private static void sparse(long id, String moment, long reserved, long guard, long touched, long depth, long huge) {
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
        event.depth = depth;
        event.commit();
    }

    @Test
    void oversizedStacksAreFound() throws IOException {
        Finding found = only("stacks-oversized", () -> {
            for (int id = 1; id <= 211; id++) {
                stack(id, "periodic", MEGA, 16 * KILO, (id == 100 ? 93 : 40) * KILO, 0);
            }
        });
        // Twice 93 KiB, the guard of 16 and 128 more, in steps of 64.
        assertSays(found.advice(), "-Xss384k is a size to test", "address space", "native code reserves", "-Xint");
        assertSays(found.evidence(), "none touched a page deeper than 93 KiB below its top; 211 live");
        assertEquals(211 * (MEGA - 384 * KILO), found.numbers().get("saved"));
        assertEquals(93 * KILO, found.numbers().get("mostUsed"));
        assertEquals(0L, found.numbers().get("unmeasured"));
    }

    /** A native frame of 700 KiB of which the lowest byte was written: six pages are touched. */
    @Test
    void sparseFrameIsAsDeepAsItsLowestPage() throws IOException {
        nothing(() -> {
            for (int id = 1; id <= 211; id++) {
                sparse(id, "periodic", MEGA, 16 * KILO, 24 * KILO, (id == 100 ? 740 : 40) * KILO, 0);
            }
        });
    }

    /** A thread of the JDK has the default size too; a compiler's has not. */
    @Test
    void allThreadsOfTheDefaultSizeMustFit() throws IOException {
        for (String other : new String[] {"Common-Cleaner", "C2 CompilerThread0"}) {
            Recordings.Commits commits = () -> {
                for (int id = 1; id <= 211; id++) {
                    stack(id, "periodic", MEGA, 16 * KILO, 40 * KILO, 0);
                }
                ThreadStackEvent event = new ThreadStackEvent();
                event.name = other;
                event.threadId = 23;
                event.kind = "vm";
                event.moment = "periodic";
                event.reserved = MEGA;
                event.guard = 16 * KILO;
                event.touched = 200 * KILO;
                event.depth = 400 * KILO;
                event.commit();
            };
            if (other.contains("Compiler")) {
                assertEquals(
                        40 * KILO, only("stacks-oversized", commits).numbers().get("mostUsed"));
            } else {
                nothing(commits);
            }
        }
    }

    @Test
    void fewUnmeasuredThreadsAreMentioned() throws IOException {
        Finding found = only("stacks-oversized", () -> {
            for (int id = 1; id <= 211; id++) {
                sparse(id, "periodic", MEGA, 16 * KILO, 40 * KILO, id <= 7 ? -1 : 40 * KILO, 0);
            }
        });
        assertSays(found.evidence(), "Of 204 measured threads", "7 more were not measured");
    }

    @Test
    void manyUnmeasuredThreadsGiveNoAdvice() throws IOException {
        nothing(() -> {
            for (int id = 1; id <= 211; id++) {
                sparse(id, "periodic", MEGA, 16 * KILO, 40 * KILO, id <= 11 ? -1 : 40 * KILO, 0);
            }
        });
    }

    /** clonetrace 0.1 told how many pages were touched, and not where: enough for a warning, and not for advice. */
    @Test
    void recordingWithoutDepthGivesNoAdviceOnSize() throws IOException {
        assertEquals(List.of(), Rules.findings(withoutDepth(40 * KILO)));
        List<Finding> found = Rules.findings(withoutDepth(940 * KILO));
        assertEquals(
                List.of("stack-near-end"), found.stream().map(Finding::rule).toList());
        assertSays(found.get(0).evidence(), "It touched 940 KiB of 1,008 KiB, 93.3%.");
    }

    /** @param most bytes that one of the threads touched */
    private static Jvm withoutDepth(long most) throws IOException {
        List<AnnotationElement> annotations = List.of(new AnnotationElement(Name.class, "clonetrace.ThreadStack"));
        List<ValueDescriptor> fields = List.of(
                new ValueDescriptor(long.class, "threadId"),
                new ValueDescriptor(String.class, "kind"),
                new ValueDescriptor(String.class, "moment"),
                new ValueDescriptor(long.class, "reserved"),
                new ValueDescriptor(long.class, "guard"),
                new ValueDescriptor(long.class, "touched"));
        EventFactory factory = EventFactory.create(annotations, fields);
        try {
            return Recordings.jvm(() -> {
                for (int id = 1; id <= 211; id++) {
                    Object[] values = {
                        1_000_000L + id, "java", "periodic", MEGA, 16 * KILO, id == 100 ? most : 40 * KILO
                    };
                    Event event = factory.newEvent();
                    for (int i = 0; i < values.length; i++) {
                        event.set(i, values[i]);
                    }
                    event.commit();
                }
            });
        } finally {
            factory.unregister();
        }
    }

    @Test
    void stackCloseToItsEndIsFound() throws IOException {
        Finding found = only("stack-near-end", () -> {
            stack(1, "periodic", MEGA, 16 * KILO, 100 * KILO, 0);
            stack(1, "end", MEGA, 16 * KILO, 940 * KILO, 0);
            stack(2, "end", MEGA, 16 * KILO, 800 * KILO, 0);
        });
        assertSays(found.summary(), "\"stack-1\"");
        assertSays(found.evidence(), "940 KiB below its top, of 1,008 KiB, 93.3%");
    }

    @Test
    void sparseStackCloseToItsEndIsFound() throws IOException {
        Finding found = only("stack-near-end", () -> sparse(1, "end", MEGA, 16 * KILO, 24 * KILO, 940 * KILO, 0));
        assertEquals(Map.of("threads", 1L, "used", 940 * KILO, "usable", 1_008 * KILO), found.numbers());
    }

    @Test
    void stackUsedToFourFifthsIsNoFinding() throws IOException {
        nothing(() -> stack(2, "end", MEGA, 16 * KILO, 800 * KILO, 0));
    }

    @Test
    void hugePagesInStacksAreFound() throws IOException {
        Finding found = only("stack-huge-pages", () -> {
            stack(1, "periodic", 8 * MEGA, 16 * KILO, 4 * MEGA, 4 * MEGA);
            stack(2, "periodic", 8 * MEGA, 16 * KILO, 8 * MEGA - 16 * KILO, 2 * MEGA);
            stack(3, "periodic", 8 * MEGA, 16 * KILO, 64 * KILO, 0);
        });
        assertEquals(Map.of("threads", 2L, "huge", 6 * MEGA), found.numbers());
        // A newer kernel is no advice where this one is new enough.
        boolean old = KernelVersion.running().isBefore(new KernelVersion(6, 7, 0));
        assertSays(found.advice(), old ? "Run Linux 6.7 or later" : "This Linux, " + KernelVersion.running());
    }

    @Test
    void unmeasuredHugePagesAreNoFinding() throws IOException {
        nothing(() -> stack(1, "end", 8 * MEGA, -1, 64 * KILO, -1));
    }
}
