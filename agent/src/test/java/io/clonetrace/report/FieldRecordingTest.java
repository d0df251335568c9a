package io.clonetrace.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.json.JsonReport;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.JvmBuilder;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.ThreadRow;
import io.clonetrace.report.summary.KindCount;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a report says of recordings without the agent: what each has, what is a bound, and what is not known. */
class FieldRecordingTest {
    private static final long LIVE = 13;
    private static final long PEAK = 48;

    private static String text(Fleet fleet) {
        return String.join("\n", Recordings.report(fleet));
    }

    private static String json(Fleet fleet) throws IOException {
        StringWriter json = new StringWriter();
        JsonReport.write(fleet, json);
        return json.toString().replaceAll("\\s+", " ");
    }

    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), text);
    }

    private static KindCount kind(Fleet fleet, String kind) {
        return KindCount.of(fleet.jvms()).stream()
                .filter(count -> count.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCompilerThreadThatIsStartedAgainIsAnotherThread() throws IOException {
        // jfr print: three starts, eight ends, of which three are of those started.
        Fleet fleet = FieldRecording.fleet("reused-thread");

        KindCount compilers = kind(fleet, "vm");
        assertEquals(3, compilers.created());
        assertEquals(5, compilers.before());
        assertEquals(
                8,
                fleet.jvms().get(0).threads().stream()
                        .filter(row -> row.life() == Liveness.ENDED)
                        .count());
        assertContains(text(fleet), "vm                   3       at least 5      -  at least 6\n");
        assertContains(text(fleet), "all but agent        3       at least 5      8           8\n");
    }

    @Test
    void theSystemIsReadFromTheFormOfJdk11() throws IOException {
        String recording = new String(FieldRecording.bytes("reused-thread"), StandardCharsets.ISO_8859_1);
        String changed = recording.replace("uname: Linux ", "uname:Linux  ").replace("libc: glibc", "libc:glibc ");
        assertFalse(changed.equals(recording));

        Fleet fleet = FieldRecording.fleet(changed.getBytes(StandardCharsets.ISO_8859_1));

        Jvm jvm = FieldRecording.only(fleet);
        assertContains(jvm.system().kernel().orElseThrow(), "Linux");
        assertContains(jvm.system().libc().orElseThrow(), "glibc 2.36");
    }

    @Test
    void eventsThatAreNotAboutThreadsAreCountedAndNothingIsSaidToBeWell() throws IOException {
        for (String name : List.of("no-thread-events", "samples-only")) {
            Fleet fleet = FieldRecording.fleet(name);

            assertEquals(List.of(), fleet.problems());
            assertContains(text(fleet), "findings: not possible: 2 events, none about threads. ");
            assertContains(text(fleet), "all but agent        -                -      -     -\n");
            assertContains(
                    json(fleet),
                    "\"threads\": { \"kind\": \"all but agent\", \"created\": null, \"before\": null, \"alive\": null,"
                            + " \"peak\": null, \"atLeast\": [], \"countedBy\": null }");
            assertContains(json(fleet), "\"events\": 2, \"aboutThreads\": false");
        }
    }

    @Test
    void liveThreadsAndPeakAreTheJvmsOwnCounts() throws IOException {
        Fleet fleet = FieldRecording.fleet("statistics");

        KindCount all = KindCount.application(fleet.jvms());
        assertEquals(LIVE, all.alive());
        assertEquals(PEAK, all.peak());
        assertContains(
                json(fleet),
                "\"threads\": { \"kind\": \"all but agent\", \"created\": 1, \"before\": 33, \"alive\": 13, \"peak\": 48,"
                        + " \"atLeast\": [], \"countedBy\": \"jdk.JavaThreadStatistics\" }");
    }

    @Test
    void threadsThatLivedBeforeAreThoseOfTheStatisticsOfSingleThreads() throws IOException {
        // jfr print: 33 threads in the first jdk.ThreadAllocationStatistics, 19 in the last; "late" was started.
        Jvm jvm = FieldRecording.jvm("statistics");

        assertEquals(33, jvm.threads().stream().filter(ThreadRow::isBefore).count());
        assertEquals(
                List.of("late"),
                jvm.threads().stream()
                        .filter(ThreadRow::isCreated)
                        .map(ThreadRow::name)
                        .toList());
        assertTrue(jvm.threads().stream().anyMatch(row -> "Finalizer".equals(row.name())));
    }

    @Test
    void chunksOfOneJvmWhoseStartsDifferByMillisecondsAreOneJvm() throws IOException {
        Fleet fleet = FieldRecording.fleet("two-chunks-start-36ms-apart");

        assertEquals(1, fleet.jvms().size());
        assertContains(text(fleet), "java                 2                -      -  at least 1\n");
    }

    @Test
    void oneRecordingIsNoPlural() throws IOException {
        byte[] one = FieldRecording.bytes("statistics");
        byte[] other = FieldRecording.bytes("reused-thread");
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);

        assertContains(text(FieldRecording.fleet(both)), "2 JVMs in 1 recording, ");
    }

    @Name("com.oracle.jdk.ThreadStart")
    static class OldThreadStart extends Event {
        Thread thread;
    }

    @Test
    void eventsHaveTheNamesOfJdk9WhereNoneHasTheNewOnes() throws IOException {
        Fleet fleet = Recordings.read(Recordings.file(List.of("com.oracle.jdk.ThreadStart"), () -> {
            OldThreadStart event = new OldThreadStart();
            event.thread = Thread.currentThread();
            event.commit();
        }));

        assertEquals(1, KindCount.application(fleet.jvms()).created());
    }

    private static Jvm jvm(SyntheticEvent... events) {
        JvmBuilder jvm = new JvmBuilder();
        for (SyntheticEvent event : events) {
            jvm.add(event);
        }
        return jvm.build();
    }

    @Test
    void aNativeImageHasJavaIdsInThePlaceOfTids() {
        Jvm jvm = jvm(
                SyntheticEvent.started(1, 20, "worker", 1, "com.acme.Main.main:3"),
                SyntheticEvent.at(9, "jdk.JVMInformation").with("jvmName", "Substrate VM"));

        assertEquals(-1, jvm.threads().get(0).tid());
        assertEquals("worker", jvm.threads().get(0).name());
    }

    /** OpenJ9 writes null for threads that it does not have in its constants, HotSpot for those that JFR leaves out. */
    @ParameterizedTest
    @CsvSource({"Eclipse OpenJ9 VM, 1", "OpenJDK 64-Bit Server VM, 0"})
    void aStartWithoutItsThreadCountsInOpenJ9(String vm, long created) {
        Jvm jvm = jvm(
                SyntheticEvent.at(1, "jdk.ThreadStart").trace("com.acme.Main.main:3"),
                SyntheticEvent.at(2, "jdk.ThreadEnd"),
                SyntheticEvent.at(3, "jdk.ThreadAllocationStatistics"),
                SyntheticEvent.at(9, "jdk.JVMInformation").with("jvmName", vm));

        KindCount all = KindCount.application(List.of(jvm));
        assertEquals(created, all.created());
        assertEquals(-1, all.alive());
    }

    @Test
    void aThreadThatOnlyUsedTheProcessorLivedBefore() {
        KindCount all = KindCount.application(List.of(jvm(
                SyntheticEvent.started(1, 20, "worker", 1),
                SyntheticEvent.at(2, "jdk.ThreadCPULoad").by(30, "old"))));

        assertEquals(1, all.created());
        assertEquals(1, all.before());
        assertTrue(all.atLeast().before());
    }

    @Test
    void withoutEndsAListOfTheLiveThreadsTellsWhichLive() {
        Jvm jvm = jvm(
                SyntheticEvent.started(1, 20, "gone", 1),
                SyntheticEvent.started(2, 21, "here", 1),
                SyntheticEvent.at(3, "jdk.ThreadAllocationStatistics")
                        .with("thread", new io.clonetrace.report.model.Event.ThreadRef(21, 1021, "here", "main")));

        assertEquals(
                List.of("gone ENDED", "here ALIVE"),
                jvm.threads().stream()
                        .map(row -> row.name() + " " + row.life())
                        .sorted()
                        .toList());
    }

    @Test
    void withoutStartsWhatTheJvmCountedIsTheLeast() {
        KindCount all = KindCount.application(List.of(jvm(
                SyntheticEvent.at(1, "jdk.JavaThreadStatistics")
                        .with("activeCount", 10L)
                        .with("peakCount", 11L)
                        .with("accumulatedCount", 100L),
                SyntheticEvent.at(9, "jdk.JavaThreadStatistics")
                        .with("activeCount", 12L)
                        .with("peakCount", 15L)
                        .with("accumulatedCount", 107L))));

        assertEquals(7, all.created());
        assertTrue(all.atLeast().created());
        assertEquals(-1, all.before());
        assertEquals(12, all.alive());
        assertEquals(15, all.peak());
    }
}
