package io.clonetrace.trace.ebpf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.StraceLine;
import io.clonetrace.trace.wire.StraceParser;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The eBPF program's records as calls, and these written as a trace's lines and read again: the same calls. */
class WireFuzzTest {
    private static final int MOST_CALLS = 20;
    private static final int HIGHEST_TID = 4 * 1024 * 1024;
    private static final long CLOCK = 1_700_000_000_000_000_000L;
    private static final long LONGEST_UPTIME = 100L * 365 * 24 * 3600 * 1_000_000_000;
    private static final Map<Long, String> CALLS = Map.of(56L, "clone", 57L, "fork", 58L, "vfork", 435L, "clone3");
    private static final List<Integer> NUMBERS = List.of(56, 57, 58, 435, 0);

    @FuzzTest
    void calls(FuzzedDataProvider data) {
        List<CloneCall> written = new ArrayList<>();
        StringBuilder trace = new StringBuilder("# source: ebpf\n# clock: " + CLOCK + "\n");
        for (int i = 0; i < MOST_CALLS && data.remainingBytes() > 0; i++) {
            record(data).call(CALLS, CLOCK, null).ifPresent(call -> {
                written.add(call);
                trace.append(StraceLine.precise(call)).append('\n');
            });
        }
        Read read = new Read();
        StraceParser parser = new StraceParser(read, CloneCall.UNKNOWN, ZonedDateTime::now);
        byte[] bytes = trace.toString().getBytes(ISO_8859_1);
        parser.feed(bytes, 0, bytes.length);
        parser.end();
        assertEquals(written, read.calls, trace::toString);
        assertEquals(0, parser.counts().lost());
        assertEquals(Optional.of("ebpf"), read.source);
    }

    private static CloneRecord record(FuzzedDataProvider data) {
        long passed = data.consumeLong();
        // All bits are what a call has whose flags weren't seen; no kernel takes them.
        long flags = passed == CloneCall.UNKNOWN ? 0 : passed;
        return new CloneRecord(
                data.consumeLong(0, LONGEST_UPTIME),
                data.consumeInt(1, HIGHEST_TID),
                data.consumeInt(1, HIGHEST_TID),
                data.pickValue(NUMBERS),
                data.consumeInt(0, ExitSignal.MASK),
                data.consumeBoolean() ? flags : data.consumeLong(),
                flags,
                data.consumeLong(),
                data.consumeLong(),
                data.consumeLong(),
                data.consumeLong(),
                CloneCall.UNKNOWN,
                CloneCall.UNKNOWN);
    }

    private static final class Read implements CloneSink {
        private final List<CloneCall> calls = new ArrayList<>();
        private Optional<String> source = Optional.empty();

        @Override
        public void cloned(CloneCall call) {
            calls.add(call);
        }

        @Override
        public void exited(int tid) {}

        @Override
        public void source(String name) {
            source = Optional.of(name);
        }
    }
}
