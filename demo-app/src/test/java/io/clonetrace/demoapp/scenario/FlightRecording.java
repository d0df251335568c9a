package io.clonetrace.demoapp.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the JVM itself saw of a scenario: its own events jdk.ThreadStart, jdk.VirtualThreadStart, jdk.ProcessStart.
 *
 * @param events all of them, in no order
 */
record FlightRecording(List<RecordedEvent> events) {

    /** Runs the scenario while a recording is on. */
    static FlightRecording of(Scenario scenario, Tally tally, Settings settings) throws Exception {
        Path file = Files.createTempFile("demo-app", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ThreadStart");
            recording.enable("jdk.VirtualThreadStart");
            recording.enable("jdk.ProcessStart");
            recording.start();
            scenario.run(tally, settings);
            recording.stop();
            recording.dump(file);
            return read(file);
        } finally {
            Files.delete(file);
        }
    }

    private static FlightRecording read(Path file) throws IOException {
        return new FlightRecording(RecordingFile.readAllEvents(file));
    }

    long count(String type) {
        return of(type).size();
    }

    List<RecordedEvent> of(String type) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(type))
                .toList();
    }

    /**
     * Names of the platform threads that the scenario started, itself or through threads that it started. Not those of
     * the VM, which have no parent, nor what a thread left by an earlier scenario starts meanwhile.
     */
    List<String> threadNames() {
        Set<Long> parents = of("jdk.ThreadStart").stream()
                .map(event -> event.getThread("thread").getJavaThreadId())
                .collect(Collectors.toSet());
        parents.add(Thread.currentThread().getId());
        return of("jdk.ThreadStart").stream()
                .filter(event -> event.getThread("parentThread") != null)
                .filter(event ->
                        parents.contains(event.getThread("parentThread").getJavaThreadId()))
                .map(event -> event.getThread("thread").getJavaName())
                .toList();
    }
}
