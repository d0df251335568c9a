package io.clonetrace.demoapp.verdict;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Outages: threads without a bound. */
final class Overload {
    private Overload() {}

    /** One for each entry of a table that has grown. */
    static final class ThousandsAtOnce implements Program {
        @Override
        public void run(Span span) {
            for (int entry = 0; entry < 3_001; entry++) {
                follow(entry);
            }
        }

        private static void follow(int entry) {
            Thread follower = new Thread(null, Span::idle, "follower-" + entry, 256 << 10);
            follower.setDaemon(true);
            follower.start();
        }
    }

    /** Requests wait for a backend that has become slow. */
    static final class SlowBackend implements Program {
        private final ExecutorService requests = Executors.newCachedThreadPool();

        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                long answer = span.isBefore(0.3) ? 3 : 60_000;
                accept(answer);
                Thread.sleep(12);
            }
        }

        private void accept(long answer) {
            requests.submit(() -> Span.slow(answer));
        }
    }

    /** The same, but no more requests come: its threads wait on. */
    static final class HungBackend implements Program {
        private final ExecutorService requests = Executors.newCachedThreadPool();

        @Override
        public void run(Span span) throws InterruptedException {
            for (int i = 0; i < 420; i++) {
                accept();
                Thread.sleep(3);
            }
        }

        private void accept() {
            requests.submit(Span::idle);
        }
    }

    /** A thread a connection, and clients that don't close theirs. */
    static final class OpenConnections implements Program {
        @Override
        public void run(Span span) throws Exception {
            List<Socket> clients = new ArrayList<>();
            try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Thread acceptor = new Thread(() -> accept(server), "acceptor");
                acceptor.setDaemon(true);
                acceptor.start();
                while (span.isBefore(1)) {
                    clients.add(new Socket(server.getInetAddress(), server.getLocalPort()));
                    Thread.sleep(110);
                }
            }
        }

        private static void accept(ServerSocket server) {
            try {
                while (true) {
                    Socket socket = server.accept();
                    Thread connection = new Thread(() -> read(socket), "connection-" + socket.getPort());
                    connection.setDaemon(true);
                    connection.start();
                }
            } catch (IOException closed) {
                // The program ends.
            }
        }

        private static void read(Socket socket) {
            try (socket) {
                socket.getInputStream().read();
            } catch (IOException closed) {
                // The program ends.
            }
        }
    }

    /** A thread a request, each of a few milliseconds. */
    static final class ThreadPerRequest implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                serve();
                Thread.sleep(7);
            }
        }

        private static void serve() {
            new Thread(() -> Span.slow(3)).start();
        }
    }

    /** An executor a request, shut down as it should be: but each request pays for a thread. */
    static final class ExecutorPerRequest implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                serve();
                Thread.sleep(10);
            }
        }

        private static void serve() {
            ExecutorService one = Executors.newSingleThreadExecutor();
            one.submit(() -> Span.slow(2));
            one.shutdown();
        }
    }

    /** A deep document: the parser gives up, and its thread lives on. */
    static final class DeepRecursion implements Program {
        @Override
        public void run(Span span) {
            parse();
        }

        private static void parse() {
            Thread parser = new Thread(
                    () -> {
                        try {
                            descend(1);
                        } catch (StackOverflowError tooDeep) {
                            Span.idle();
                        }
                    },
                    "parser");
            parser.setDaemon(true);
            parser.start();
        }

        private static int descend(int level) {
            return 1 + descend(level + 1);
        }
    }
}
