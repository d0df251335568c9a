package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Depths;
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
 * What dying threads measure of themselves: interpreted frames of one method are all of one size, so the touched bytes
 * of threads that recursed deeper and deeper lie on a line, within a page.
 */
class StackAtEndIT {
    private static final int THREADS = 13;
    private static final long PAGE = 4096;
    private static final long RESERVED = 8 << 20;

    /** An interpreted call of a method with one argument: eleven to fourteen words on x86-64. */
    private static final long LEAST_FRAME = 80;

    private static final long MOST_FRAME = 128;

    static Stream<Arguments> jdksAndReaders() {
        return Jdk.all().flatMap(jdk -> Stream.of("ioctl", "fallback").map(reader -> Arguments.of(jdk, reader)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("jdksAndReaders")
    void touchedIsWhatTheDepthNeeds(Jdk jdk, String reader) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "frame and page sizes are those of x86-64");
        Map<String, RecordedEvent> ends = ends(jdk, reader, "end");
        assertEquals(
                THREADS + 1,
                ends.keySet().stream()
                        .filter(name -> name.startsWith("depth-") || name.equals("overflow"))
                        .count());
        long first = touched(ends, 1);
        long last = touched(ends, THREADS - 1);
        double frame = (last - first) / (double) (Depths.STEP * (THREADS - 2));
        assertTrue(frame >= LEAST_FRAME && frame <= MOST_FRAME, () -> "a frame of " + frame + " bytes");
        for (int i = 1; i < THREADS; i++) {
            double known = first + frame * Depths.STEP * (i - 1);
            assertTrue(Math.abs(touched(ends, i) - known) <= PAGE, touched(ends, i) + " bytes, not " + known);
        }
        RecordedEvent overflow = ends.get("overflow");
        long guard = 4 * PAGE;
        assertEquals(reader.equals("ioctl") ? guard : -1, overflow.getLong("guard"));
        assertEquals(reader.equals("ioctl") ? 0 : -1, overflow.getLong("huge"));
        assertEquals(RESERVED, overflow.getLong("reserved"));
        assertTrue(overflow.getLong("touched") >= RESERVED - guard - PAGE, overflow::toString);
        assertEquals("java", overflow.getString("kind"));
        assertEquals("overflow", overflow.getThread("thread").getJavaName());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.Jdk#all")
    void onlyWhereItIsAskedFor(Jdk jdk) throws Exception {
        assertEquals(Map.of(), ends(jdk, "auto", "10s"));
    }

    private static long touched(Map<String, RecordedEvent> ends, int i) {
        return ends.get("depth-" + i).getLong("touched");
    }

    private static Map<String, RecordedEvent> ends(Jdk jdk, String reader, String stacks) throws Exception {
        Path folder = Artifacts.folder("stack-at-end-" + jdk + "-" + reader + "-" + stacks);
        Path recording = folder.resolve("app.jfr");
        String agent =
                Artifacts.agent("source=none", "stacks=" + stacks, "stack-reader=" + reader, "record=" + recording);
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, List.of("-Xint", agent), Depths.class, "" + THREADS));
        assertEquals(0, run.exitStatus(), run.stderr());
        assumeTrue(
                run.agentLines().stream().noneMatch(line -> line.contains("stack-reader=ioctl")),
                () -> "this kernel lacks the ioctls");
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        assertEquals(0, recorded.status("hook").getLong("lost"));
        return recorded.named("clonetrace.ThreadStack").stream()
                .filter(event -> event.getString("moment").equals("end"))
                .collect(Collectors.toMap(event -> event.getString("name"), event -> event, (one, other) -> other));
    }
}
