package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Depths;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What exiting threads measure of themselves. Interpreted frames of one method have one size, known from the stack
 * pointers that the kernel shows, and so have the pages that a depth needs.
 */
class StackAtEndIT {
    private static final int THREADS = 13;
    private static final long PAGE = 4096;
    private static final long RESERVED = 8 << 20;

    /** An interpreted call of a method with two arguments takes eleven to fifteen words on x86-64. */
    private static final long LEAST_FRAME = 80;

    private static final long MOST_FRAME = 136;

    static Stream<Arguments> jdksAndReaders() {
        return Jdk.underTest().flatMap(jdk -> Stream.of("ioctl", "fallback").map(reader -> Arguments.of(jdk, reader)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("jdksAndReaders")
    void touchedBytesAreWhatTheDepthNeeds(Jdk jdk, String reader) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "frame and page sizes are those of x86-64");
        Path folder = Artifacts.folder("stack-at-end-" + jdk + "-" + reader);
        Path file = folder.resolve("app.jfr");
        String agent = Artifacts.agent("source=none", "stacks=end", "stack-reader=" + reader, "record=" + file);
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, List.of("-Xint", agent), Depths.class, "" + THREADS));
        assertEquals(0, run.exitStatus(), run.stderr());
        assumeTrue(
                run.agentLines().stream().noneMatch(line -> line.contains("stack-reader=ioctl")),
                () -> "this kernel lacks the ioctls");
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(file);
        assertEquals(0, recorded.status("hook").getLong("lost"));
        Map<String, RecordedEvent> ends = ends(recorded);
        Map<String, Long> pointers = run.stdout()
                .lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(line -> line[0], line -> Long.valueOf(line[1])));
        assertEquals(THREADS, pointers.size());

        long calls = Depths.STEP * (THREADS - 2);
        double frame = (extent(ends, pointers, THREADS - 1) - extent(ends, pointers, 1)) / (double) calls;
        assertTrue(frame >= LEAST_FRAME && frame <= MOST_FRAME, () -> "a frame of " + frame + " bytes");
        for (int i = 1; i < THREADS; i++) {
            double known = touched(ends, 1) + frame * Depths.STEP * (i - 1);
            assertTrue(Math.abs(touched(ends, i) - known) <= PAGE, touched(ends, i) + " bytes, not " + known);
        }
        compareOverflow(ends.get("overflow"), reader.equals("ioctl"), jdk);
    }

    private static void compareOverflow(RecordedEvent overflow, boolean ioctl, Jdk jdk) {
        long guard = 4 * PAGE;
        assertEquals(ioctl ? guard : -1, overflow.getLong("guard"));
        assertEquals(ioctl ? 0 : -1, overflow.getLong("huge"));
        assertEquals(RESERVED, overflow.getLong("reserved"));
        assertTrue(overflow.getLong("touched") >= RESERVED - guard - PAGE, overflow::toString);
        assertTrue(overflow.getLong("depth") >= RESERVED - guard - PAGE, overflow::toString);
        assertEquals("java", overflow.getString("kind"));
        if (jdk.feature() > 17) {
            // JDK 17's JFR forgets a thread when it ends.
            assertEquals("overflow", overflow.getThread("thread").getJavaName());
        }
    }

    /** Distance of the stack pointer from the stack's base. */
    private static long extent(Map<String, RecordedEvent> ends, Map<String, Long> pointers, int i) {
        return ends.get("depth-" + i).getLong("base") - pointers.get("depth-" + i);
    }

    private static long touched(Map<String, RecordedEvent> ends, int i) {
        return ends.get("depth-" + i).getLong("touched");
    }

    private static Map<String, RecordedEvent> ends(Recorded recorded) {
        List<RecordedEvent> all = recorded.named("clonetrace.ThreadStack").stream()
                .filter(event -> event.getString("moment").equals("end"))
                .toList();
        assertEquals(
                THREADS + 1,
                all.stream()
                        .map(event -> event.getString("name"))
                        .filter(name -> name.startsWith("depth-") || name.equals("overflow"))
                        .count());
        return all.stream()
                .collect(Collectors.toMap(event -> event.getString("name"), event -> event, (one, other) -> other));
    }
}
