package io.clonetrace.demoapp.verdict;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Timer;
import java.util.TimerTask;

/** Healthy: threads that end, or that are few. */
final class Threads {
    private Threads() {}

    /** All at once, and waited for. */
    static final class Batch implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            List<Thread> batch = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Thread thread = new Thread(() -> Span.slow(30), "batch-" + i);
                thread.start();
                batch.add(thread);
            }
            for (Thread thread : batch) {
                thread.join();
            }
        }
    }

    /** A batch every two seconds; the last one is not over when the recording ends. */
    static final class Batches implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                List<Thread> batch = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    Thread thread = new Thread(() -> Span.slow(1_300), "step-" + i);
                    thread.setDaemon(true);
                    thread.start();
                    batch.add(thread);
                }
                for (Thread thread : batch) {
                    if (span.isBefore(1)) {
                        thread.join();
                    }
                }
                Thread.sleep(600);
            }
        }
    }

    /** A thread a connection, short ones. */
    static final class Connections implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            Random random = new Random(7);
            while (span.isBefore(1)) {
                connect(500 + random.nextInt(1_000));
                Thread.sleep(30);
            }
        }

        private static void connect(long millis) {
            Thread connection = new Thread(() -> Span.slow(millis), "connection");
            connection.setDaemon(true);
            connection.start();
        }
    }

    /** A thread a connection, long ones: the level is reached only after a third of the time. */
    static final class LongConnections implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            Random random = new Random(11);
            while (span.isBefore(1)) {
                connect(2_500 + random.nextInt(1_500));
                Thread.sleep(70);
            }
        }

        private static void connect(long millis) {
            Thread connection = new Thread(() -> Span.slow(millis), "long-connection");
            connection.setDaemon(true);
            connection.start();
        }
    }

    /** One client for all calls. */
    static final class OneHttpClient implements Program {
        @Override
        public void run(Span span) throws Exception {
            HttpServer server = ForgottenExecutors.server();
            HttpClient client = HttpClient.newHttpClient();
            URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
            while (span.isBefore(1)) {
                client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
                Thread.sleep(20);
            }
        }
    }

    /** One timer with many tasks. */
    static final class OneTimer implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            Timer timer = new Timer("reminders", true);
            while (span.isBefore(1)) {
                timer.schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                Span.slow(1);
                            }
                        },
                        50);
                Thread.sleep(100);
            }
        }
    }

    /** The parts of a program, each with a thread, at a slow start. */
    static final class Startup implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            for (String part : List.of("mail", "audit", "cache", "cluster", "index", "queue", "metrics", "health")) {
                start(part);
                Thread.sleep(200);
            }
        }

        private static void start(String part) {
            Thread thread = new Thread(Span::idle, part + "-main");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Through reflection, because this program is compiled for Java 17. */
    static final class Virtual implements Program {
        @Override
        public void run(Span span) throws Exception {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                Runnable task = () -> Span.slow(2_000);
                threads.add((Thread) Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, task));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
