package io.clonetrace.demoapp.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The JDK's HTTP client against the JDK's HTTP server, on loopback; the threads are the JDK's, on both sides. */
final class HttpClients implements Scenario {

    private static final int REQUESTS = 4;
    private static final int NO_CONTENT = 204;

    @Override
    public String name() {
        return "http-client";
    }

    @Override
    public String description() {
        return "java.net.http.HttpClient against an HttpServer on loopback";
    }

    @Override
    public Availability available() {
        return Availability.modules("java.net.http", "jdk.httpserver");
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        tally.jdkThreads("HttpClient-");
        // What follows a response is run by the default executor.
        tally.jdkThreads(DefaultExecutor.threadPrefix());
        tally.jdkThreads("HTTP-Dispatcher");
        tally.jdkThreads("idle-timeout-task");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(NO_CONTENT, -1);
            exchange.close();
        });
        server.start();
        try {
            request(server.getAddress());
        } finally {
            server.stop(0);
        }
    }

    private static void request(InetSocketAddress address) throws Exception {
        HttpRequest get = HttpRequest.newBuilder(
                        new URI("http", null, address.getHostString(), address.getPort(), "/", null, null))
                .build();
        HttpClient client =
                HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
        try {
            List<CompletableFuture<HttpResponse<Void>>> responses = Stream.generate(
                            () -> client.sendAsync(get, BodyHandlers.discarding()))
                    .limit(REQUESTS)
                    .toList();
            for (CompletableFuture<HttpResponse<Void>> response : responses) {
                int status = response.get(Settings.DEADLINE_SECONDS, SECONDS).statusCode();
                if (status != NO_CONTENT) {
                    throw new IllegalStateException("the server answered " + status);
                }
            }
        } finally {
            // Since JDK 21; before, its threads end when the client is collected.
            if (client instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
