package io.clonetrace.it.program;

import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients of a server, many at a time. */
final class Clients {
    private static final int THREADS = 29;
    private static final long DEADLINE_NANOS = 120_000_000_000L;
    private static final long CHECK_NANOS = 20_000_000;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Clients() {}

    /** A client's work with a number. */
    @FunctionalInterface
    interface Request {
        String of(int number) throws Exception;
    }

    /** Runs the request for each number below {@code count}, and returns all answers in order. */
    static String all(int count, Request request) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<String>> requests = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                requests.add(() -> request.of(number));
            }
            StringBuilder answers = new StringBuilder();
            for (Future<String> answer : threads.invokeAll(requests)) {
                answers.append(answer.get()).append('\n');
            }
            return answers.toString();
        } finally {
            threads.shutdownNow();
        }
    }

    static String get(String uri) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(uri)).build());
    }

    static String post(String uri, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private static String send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    /** Waits until the program has printed a line with the pattern's one group, and returns the group. */
    static String awaitPrinted(Run run, Pattern pattern) throws IOException {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (true) {
            Matcher matcher = pattern.matcher(run.stdout() + run.stderr());
            if (matcher.find()) {
                return matcher.group(1);
            }
            if (!run.process().isAlive() || System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not print " + pattern + "; see " + run.out() + " and " + run.err());
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
