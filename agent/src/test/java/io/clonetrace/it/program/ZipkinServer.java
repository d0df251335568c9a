package io.clonetrace.it.program;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A Spring Boot fat jar with Boot's launcher and class loaders: Zipkin, on Netty with native code. */
public record ZipkinServer() implements ForeignProgram {
    private static final int SPANS = 53;
    private static final long CHECK_NANOS = 10_000_000;
    private static final Pattern PORT = Pattern.compile("Serving HTTP at \\S+ - http://127.0.0.1:(\\d+)/");

    @Override
    public String name() {
        return "zipkin";
    }

    @Override
    public List<String> arguments() {
        return List.of("-jar", Artifacts.program("zipkin-server"), "--server.port=0");
    }

    @Override
    public Work connect(Run run) throws Exception {
        String server = "http://localhost:" + Clients.awaitPrinted(run, PORT) + "/api/v2/";
        AtomicInteger rounds = new AtomicInteger();
        return () -> {
            // Traces are kept: each round has its own.
            int round = rounds.incrementAndGet();
            String taken = Clients.all(SPANS, number -> Clients.post(server + "spans", span(round, number)));
            String found = Clients.all(SPANS, number -> found(server + "trace/" + trace(round, number)));
            return taken + found.replaceAll("\"traceId\":\"[0-9a-f]*\"", "");
        };
    }

    /** It stores a moment later what it has accepted. */
    private static String found(String trace) throws IOException, InterruptedException {
        String answer = Clients.get(trace);
        for (int tries = 0; answer.startsWith("404 ") && tries < 1_000; tries++) {
            LockSupport.parkNanos(CHECK_NANOS);
            answer = Clients.get(trace);
        }
        return answer;
    }

    private static String trace(int round, int number) {
        return String.format("%016x", round * 1000L + number);
    }

    private static String span(int round, int number) {
        return String.format(
                "[{\"traceId\": \"%s\", \"id\": \"%016x\", \"name\": \"span-%d\", \"timestamp\": 1472470996199000,"
                        + " \"duration\": %d, \"localEndpoint\": {\"serviceName\": \"service-%d\"}}]",
                trace(round, number), number + 1, number, number + 1, number % 7);
    }
}
