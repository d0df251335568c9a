package io.clonetrace.micro;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.StraceParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Lines of strace that the parser reads. The text is strace 6.1's own, of a program that starts threads: half of the
 * lines tell a clone, half an end.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ParserBenchmark {
    /** As many as the text has. */
    private static final int LINES = 40;

    private byte[] text;
    private StraceParser parser;

    @Setup
    public void read(Blackhole hole) throws IOException {
        try (InputStream in = ParserBenchmark.class.getResourceAsStream("strace.txt")) {
            text = in.readAllBytes();
        }
        long lines = new String(text, StandardCharsets.US_ASCII).lines().count();
        if (lines != LINES) {
            throw new IllegalStateException("strace.txt has " + lines + " lines");
        }
        parser = new StraceParser(new Consumed(hole), CloneCall.UNKNOWN, ZonedDateTime::now);
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public StraceParser lines() {
        parser.feed(text, 0, text.length);
        return parser;
    }

    private record Consumed(Blackhole hole) implements CloneSink {
        @Override
        public void cloned(CloneCall call) {
            hole.consume(call);
        }

        @Override
        public void exited(int tid) {
            hole.consume(tid);
        }
    }
}
