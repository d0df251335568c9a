package io.clonetrace.trace.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.trace.CloneSink;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What a parser told its sink, in order: {@link CloneCall}s, exited tids as Integers, sources' names as Strings. */
public final class Told implements CloneSink {
    public static final ZonedDateTime REFERENCE = ZonedDateTime.parse("2026-11-23T23:00:00Z[UTC]");

    public final List<Object> all = new ArrayList<>();
    /** Of the calls, in the same order; null where a call has none. */
    public final List<NativeOrigin> origins = new ArrayList<>();

    public LineCounts counts;
    public OptionalLong writer;

    public static Told of(String trace) {
        return of(trace, CloneCall.UNKNOWN);
    }

    public static Told of(String trace, int defaultTid) {
        return of(trace.getBytes(ISO_8859_1), defaultTid, Integer.MAX_VALUE);
    }

    /** Feeds the bytes in pieces of that size. */
    public static Told of(byte[] trace, int defaultTid, int piece) {
        Told told = new Told();
        StraceParser parser = new StraceParser(told, defaultTid, () -> REFERENCE);
        for (int at = 0; at < trace.length; at += Math.min(piece, trace.length - at)) {
            parser.feed(trace, at, Math.min(piece, trace.length - at));
        }
        parser.end();
        told.counts = parser.counts();
        told.writer = parser.writer();
        return told;
    }

    @Override
    public void cloned(CloneCall call) {
        // Without the origin, which is completed later and equals no other.
        all.add(call.from(null));
        origins.add(call.origin());
    }

    @Override
    public void exited(int tid) {
        all.add(tid);
    }

    @Override
    public void source(String name) {
        all.add(name);
    }

    public List<CloneCall> calls() {
        return all.stream()
                .filter(CloneCall.class::isInstance)
                .map(CloneCall.class::cast)
                .toList();
    }

    public CloneCall onlyCall() {
        if (calls().size() != 1) {
            throw new AssertionError("not one call: " + all);
        }
        return calls().get(0);
    }
}
