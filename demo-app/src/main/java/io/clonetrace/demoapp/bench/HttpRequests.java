package io.clonetrace.demoapp.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.util.concurrent.Executor;

/** Asks an HTTP server of the JDK's, in this JVM, over connections that are kept alive; four clients at once. */
final class HttpRequests implements Work {
    private static final int CLIENTS = 4;
    private static final byte[] BODY = new byte[1 << 10];
    private static final int OK = 200;

    private final HttpServer server;
    private final URL url;

    /** @param executor which thread serves a request */
    HttpRequests(Executor executor) throws IOException {
        // The server writes head and body apart; else Nagle's algorithm and the delayed ACK make 40 ms of it.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(OK, BODY.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(BODY);
            }
        });
        server.start();
        url = new URL(
                "http", server.getAddress().getHostString(), server.getAddress().getPort(), "/");
    }

    @Override
    public void once() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        try (InputStream in = connection.getInputStream()) {
            if (in.readAllBytes().length != BODY.length) {
                throw new IOException("half an answer");
            }
        }
    }

    @Override
    public int clients() {
        return CLIENTS;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
