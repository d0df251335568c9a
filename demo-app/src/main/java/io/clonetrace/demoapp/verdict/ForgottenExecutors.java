package io.clonetrace.demoapp.verdict;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystems;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Outages: whatever has threads of its own, made for each call and never shut down. */
final class ForgottenExecutors {
    private ForgottenExecutors() {}

    /** A fixed pool a request. */
    static final class PoolPerRequest implements Program {
        @Override
        public void run(Span span) throws Exception {
            while (span.isBefore(1)) {
                serve();
                Thread.sleep(150);
            }
        }

        private static void serve() throws Exception {
            ExecutorService both = Executors.newFixedThreadPool(2);
            CompletableFuture<Void> price = CompletableFuture.runAsync(() -> Span.slow(2), both);
            CompletableFuture<Void> stock = CompletableFuture.runAsync(() -> Span.slow(2), both);
            CompletableFuture.allOf(price, stock).get();
        }
    }

    /** A service object a request, with an executor in a field. */
    static final class ExecutorInAField implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            List<Mailer> used = new ArrayList<>();
            while (span.isBefore(1)) {
                Mailer mailer = new Mailer();
                mailer.send();
                used.add(mailer);
                Thread.sleep(230);
            }
        }

        private static final class Mailer {
            private final ExecutorService sender = Executors.newCachedThreadPool();

            void send() {
                sender.submit(() -> Span.slow(1));
            }
        }
    }

    static final class TimerPerCall implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                remind();
                Thread.sleep(200);
            }
        }

        private static void remind() {
            new Timer(true)
                    .schedule(
                            new TimerTask() {
                                @Override
                                public void run() {
                                    Span.slow(1);
                                }
                            },
                            100,
                            60_000);
        }
    }

    /** Made at a start that took a while, and all of them forgotten since. */
    static final class TimersStopped implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            List<Timer> kept = new ArrayList<>();
            while (span.isBefore(0.5)) {
                kept.add(expire());
                Thread.sleep(150);
            }
        }

        private static Timer expire() {
            return new Timer("cache-expiry", true);
        }
    }

    static final class SchedulerPerCall implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            List<ScheduledExecutorService> running = new ArrayList<>();
            while (span.isBefore(1)) {
                running.add(poll());
                Thread.sleep(170);
            }
        }

        private static ScheduledExecutorService poll() {
            ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
            scheduler.scheduleAtFixedRate(() -> Span.slow(1), 0, 1, TimeUnit.SECONDS);
            return scheduler;
        }
    }

    static final class ForkJoinPoolPerCall implements Program {
        @Override
        public void run(Span span) throws Exception {
            List<ForkJoinPool> kept = new ArrayList<>();
            while (span.isBefore(1)) {
                kept.add(sum());
                Thread.sleep(250);
            }
        }

        private static ForkJoinPool sum() throws Exception {
            ForkJoinPool pool = new ForkJoinPool(3);
            pool.submit(() -> List.of(1, 2, 3, 4, 5, 6, 7).parallelStream()
                            .peek(one -> Span.slow(3))
                            .mapToInt(one -> one)
                            .sum())
                    .get();
            return pool;
        }
    }

    /** A client a tenant, kept in a map that only grows. */
    static final class HttpClientPerCall implements Program {
        private final Map<Integer, HttpClient> clients = new ConcurrentHashMap<>();

        @Override
        public void run(Span span) throws Exception {
            HttpServer server = server();
            for (int tenant = 0; span.isBefore(1); tenant++) {
                get(tenant, server.getAddress().getPort());
                Thread.sleep(300);
            }
        }

        private void get(int tenant, int port) throws IOException, InterruptedException {
            HttpClient client = HttpClient.newHttpClient();
            clients.put(tenant, client);
            client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/"))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    /** A WatchService a file that is read; each has a thread, all of one name. */
    static final class WatchServicePerFile implements Program {
        @Override
        public void run(Span span) throws Exception {
            List<WatchService> open = new ArrayList<>();
            while (span.isBefore(1)) {
                open.add(watch());
                Thread.sleep(140);
            }
        }

        private static WatchService watch() throws IOException {
            return FileSystems.getDefault().newWatchService();
        }
    }

    /** The factory gives all threads one name, so that nothing shows how many executors there are. */
    static final class NamedByFactory implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            List<ExecutorService> writers = new ArrayList<>();
            while (span.isBefore(1)) {
                writers.add(flush());
                Thread.sleep(180);
            }
        }

        private static ExecutorService flush() {
            ExecutorService flusher = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "flusher");
                thread.setDaemon(true);
                return thread;
            });
            flusher.submit(() -> Span.slow(1));
            return flusher;
        }
    }

    /** Nothing refers to them any more: the garbage collector ends them, when it comes. */
    static final class LeftToTheCollector implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            byte[][] answers = new byte[16][];
            for (int call = 0; span.isBefore(1); call++) {
                fetch();
                answers[call % answers.length] = new byte[2 << 20];
                Thread.sleep(70);
            }
        }

        private static void fetch() {
            Executors.newSingleThreadExecutor().submit(() -> Span.slow(1));
        }
    }

    static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.setExecutor(Executors.newFixedThreadPool(2));
        server.start();
        return server;
    }
}
