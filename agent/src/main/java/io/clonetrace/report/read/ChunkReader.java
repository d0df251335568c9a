package io.clonetrace.report.read;

import io.clonetrace.linux.FileFailure;
import io.clonetrace.report.model.RecordingSink.EventSink;
import io.clonetrace.report.read.JfrEvent.JfrType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Gives the events of a file of one chunk to the model, by the JDK's own parser. */
final class ChunkReader {
    private static final String RECORDING = "jdk.ActiveRecording";
    private static final String SETTING = "jdk.ActiveSetting";
    private static final int TOLD_EVERY = 1 << 16;

    private final EventSink events;
    private final LongConsumer read;
    private long count;
    private long unreadable;

    /** @param read receives the number of further events read */
    ChunkReader(EventSink events, LongConsumer read) {
        this.events = events;
        this.read = read;
    }

    /**
     * Reads all of it.
     *
     * @param oldNames whether the JDK's events may have the names that they had in JDK 9
     * @throws IOException if it is damaged; the events before the damage have been given to the model
     */
    void read(Path file, boolean oldNames) throws IOException {
        try (RecordingFile recording = new RecordingFile(file)) {
            Map<Long, String> names = new HashMap<>();
            for (EventType type : recording.readEventTypes()) {
                names.put(type.getId(), JfrType.name(type, oldNames));
            }
            Map<EventType, JfrType> types = new IdentityHashMap<>();
            StackTraces traces = new StackTraces();
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                count++;
                try {
                    EventType type = event.getEventType();
                    JfrType known = types.get(type);
                    if (known == null) {
                        known = JfrType.of(type, oldNames);
                        types.put(type, known);
                    }
                    take(event, known, names, traces);
                } catch (RuntimeException | StackOverflowError damaged) {
                    // Constants are read on demand.
                    unreadable++;
                }
                if (count % TOLD_EVERY == 0) {
                    read.accept(TOLD_EVERY);
                }
            }
        } catch (OutOfMemoryError tooLarge) {
            if (String.valueOf(tooLarge.getMessage()).contains("exceeds VM limit")) {
                throw new DamagedChunkException("it asks for an array larger than any");
            }
            // Says nothing about the file: the report needs more memory.
            throw tooLarge;
        } catch (IOException wrong) {
            throw new DamagedChunkException(FileFailure.reading(wrong));
        } catch (RuntimeException | Error damaged) {
            // JFR's parser answers a damaged file with whatever it stumbles over.
            throw new DamagedChunkException(text(damaged));
        } finally {
            read.accept(count % TOLD_EVERY);
        }
    }

    private static String text(Throwable thrown) {
        String text = thrown.getMessage();
        return text == null || text.isBlank() ? "JFR's parser can't read it" : "JFR's parser says: " + text;
    }

    /** How many events were read. */
    long count() {
        return count;
    }

    /** How many of them hold what can't be understood, and were left out in whole or in part. */
    long unreadable() {
        return unreadable;
    }

    /** So many more of them, which had to wait for what others say. */
    void addUnreadable(long waited) {
        unreadable += waited;
    }

    private void take(RecordedEvent recorded, JfrType type, Map<Long, String> names, StackTraces traces) {
        if (type.taken()) {
            events.add(new JfrEvent(recorded, type, traces));
            return;
        }
        if (type.name().equals(SETTING)
                && "enabled".equals(recorded.getString("name"))
                && "true".equals(recorded.getString("value"))) {
            events.enabled(names.getOrDefault(recorded.getLong("id"), ""));
        }
        // JDK 17 leaves the time of the JVM's first recording in such events of its later ones.
        if (!type.name().equals(RECORDING)) {
            // A wait may have begun long before the recording.
            events.at(JfrEvent.nanos(recorded.getEndTime()));
        }
    }
}
