package io.clonetrace.cli.target;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A socket that answers as HotSpot's "Attach Listener" does, or worse. */
final class FakeListener implements AutoCloseable {
    private static final int LONGEST = 1 << 16;
    private static final int ZEROES = 5;

    private final ServerSocketChannel server;
    private final Thread thread;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What it does when it has a request. */
    interface Answer {
        void to(SocketChannel connection) throws IOException;
    }

    FakeListener(Path socket, Answer answer) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread = new Thread(() -> serve(answer));
        thread.start();
    }

    static Answer says(String text) {
        return connection -> connection.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** What was sent to it, a connection each; the zeroes as {@code |}. */
    List<String> requests() {
        return requests;
    }

    private void serve(Answer answer) {
        try {
            while (true) {
                try (SocketChannel connection = server.accept()) {
                    String request = request(connection);
                    requests.add(request);
                    if (!request.isEmpty()) {
                        answer.to(connection);
                    }
                } catch (ClosedChannelException closed) {
                    return;
                } catch (IOException brokenOff) {
                    // The client has heard enough.
                    continue;
                }
            }
        } catch (RuntimeException failed) {
            throw new UncheckedIOException(new IOException(failed));
        }
    }

    private static String request(SocketChannel connection) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
        String request = "";
        while (request.chars().filter(c -> c == '|').count() < ZEROES && connection.read(bytes) >= 0) {
            request = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).replace('\0', '|');
        }
        return request;
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException goesOn) {
            Thread.currentThread().interrupt();
        }
    }
}
