package io.clonetrace.agent.options;

import java.time.Duration;
import java.util.Optional;

/**
 * How much of a recording JFR keeps: it drops the oldest chunks of what is beyond. A chunk has 12 MB by default
 * ({@code -XX:FlightRecorderOptions:maxchunksize=}), and the current one always stays.
 *
 * @param bytes the most bytes of complete chunks; empty for no limit
 * @param age how long a chunk is kept after its end; empty for ever
 */
public record RecordingBounds(Optional<Long> bytes, Optional<Duration> age) {
    /** All is kept. */
    public static final RecordingBounds NONE = new RecordingBounds(Optional.empty(), Optional.empty());
}
