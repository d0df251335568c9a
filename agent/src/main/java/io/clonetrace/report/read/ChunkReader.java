package io.clonetrace.report.read;

import io.clonetrace.report.model.FileEvents;
import io.clonetrace.report.model.JvmBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Gives the events of a file of one chunk to the model, by the JDK's own parser. */
final class ChunkReader {
    private static final String SETTING = "jdk.ActiveSetting";
    private static final int TOLD_EVERY = 1 << 16;

    private final FileEvents events;
    private final LongConsumer read;
    private long count;

    /** @param read is told of further events that were read */
    ChunkReader(FileEvents events, LongConsumer read) {
        this.events = events;
        this.read = read;
    }

    /**
     * Reads all of it.
     *
     * @throws IOException if it is damaged; what came before the damage has been given to the model
     */
    void read(Path file) throws IOException {
        try (RecordingFile recording = new RecordingFile(file)) {
            Map<Long, String> types = new HashMap<>();
            for (EventType type : recording.readEventTypes()) {
                types.put(type.getId(), type.getName());
            }
            StackTraces traces = new StackTraces();
            while (recording.hasMoreEvents()) {
                take(recording.readEvent(), types, traces);
                count++;
                if (count % TOLD_EVERY == 0) {
                    read.accept(TOLD_EVERY);
                }
            }
        } catch (IOException wrong) {
            throw new IOException("it is damaged (" + wrong.getMessage() + ")", wrong);
        } catch (RuntimeException | StackOverflowError | InternalError | OutOfMemoryError damaged) {
            // JFR's parser answers a damaged file with whatever it stumbles over.
            throw new IOException("it is damaged (" + damaged.getClass().getSimpleName() + ")", damaged);
        } finally {
            read.accept(count % TOLD_EVERY);
        }
    }

    /** How many events were read. */
    long count() {
        return count;
    }

    private void take(RecordedEvent recorded, Map<Long, String> types, StackTraces traces) {
        String type = recorded.getEventType().getName();
        if (JvmBuilder.takes(type)) {
            events.add(new JfrEvent(recorded, traces));
            return;
        }
        if (type.equals(SETTING)
                && "enabled".equals(recorded.getString("name"))
                && "true".equals(recorded.getString("value"))) {
            events.enabled(types.getOrDefault(recorded.getLong("id"), ""));
        }
        events.at(JfrEvent.nanos(recorded.getStartTime()));
    }
}
