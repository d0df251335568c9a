package io.clonetrace.demoapp.verdict;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Healthy: pools. */
final class Pools {
    private Pools() {}

    private static void submit(ExecutorService pool, int tasks, long millis) {
        for (int i = 0; i < tasks; i++) {
            pool.submit(() -> Span.slow(millis));
        }
    }

    static final class Fixed implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService pool = Executors.newFixedThreadPool(64);
            while (span.isBefore(1)) {
                submit(pool, 64, 10);
                Thread.sleep(100);
            }
        }
    }

    /** A task now and then: each makes a thread until the pool is full. */
    static final class SlowlyFilled implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService pool = Executors.newFixedThreadPool(32);
            while (span.isBefore(1)) {
                submit(pool, 1, 1);
                Thread.sleep(130);
            }
        }
    }

    /** As a web server's: a few threads, under load up to its maximum, where it stays. */
    static final class Server implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            AtomicInteger number = new AtomicInteger();
            ThreadPoolExecutor pool = new ThreadPoolExecutor(
                    10,
                    150,
                    1,
                    TimeUnit.MINUTES,
                    new SynchronousQueue<>(),
                    task -> new Thread(task, "http-nio-8080-exec-" + number.incrementAndGet()),
                    new ThreadPoolExecutor.DiscardPolicy());
            while (span.isBefore(1)) {
                submit(pool, span.isBefore(0.1) ? 1 : 4, 900);
                Thread.sleep(15);
            }
        }
    }

    /** Handmade: all at the start. */
    static final class Handmade implements Program {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

        @Override
        public void run(Span span) throws InterruptedException {
            for (int i = 0; i < 48; i++) {
                Thread worker = new Thread(this::work, "worker-" + i);
                worker.setDaemon(true);
                worker.start();
            }
            while (span.isBefore(1)) {
                tasks.add(() -> Span.slow(2));
                Thread.sleep(20);
            }
        }

        private void work() {
            try {
                while (true) {
                    tasks.take().run();
                }
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Another pool, for another purpose, when a part of the program is first used. */
    static final class SecondPool implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            Orders orders = new Orders();
            span.await(0.5);
            Reports reports = new Reports();
            while (span.isBefore(1)) {
                submit(orders.pool, 1, 5);
                submit(reports.pool, 1, 5);
                Thread.sleep(100);
            }
        }

        private static final class Orders {
            private final ExecutorService pool = Executors.newFixedThreadPool(16);

            Orders() {
                submit(pool, 16, 5);
            }
        }

        private static final class Reports {
            private final ExecutorService pool = Executors.newFixedThreadPool(16);

            Reports() {
                submit(pool, 16, 5);
            }
        }
    }

    /** A small pool a request, shut down as it should be. */
    static final class PoolPerRequest implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                ExecutorService pool = Executors.newFixedThreadPool(2);
                submit(pool, 2, 20);
                pool.shutdown();
                Thread.sleep(150);
            }
        }
    }

    static final class Scheduled implements Program {
        @Override
        public void run(Span span) {
            ScheduledExecutorService pool = Executors.newScheduledThreadPool(24);
            for (int i = 0; i < 40; i++) {
                pool.scheduleAtFixedRate(() -> Span.slow(3), 20L * i, 200, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Its idle threads time out, and come back with the next load. */
    static final class Elastic implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService pool = new ThreadPoolExecutor(2, 60, 400, TimeUnit.MILLISECONDS, new SynchronousQueue<>());
            while (span.isBefore(1)) {
                submit(pool, 45, 250);
                Thread.sleep(1_500);
            }
        }
    }

    /** Within its keep-alive time a cached pool keeps what the largest load needed. */
    static final class Cached implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService pool = Executors.newCachedThreadPool();
            while (span.isBefore(1)) {
                submit(pool, 35, 60);
                Thread.sleep(300);
            }
        }
    }

    /** A pool for each batch, shut down after it. */
    static final class PoolPerBatch implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                ExecutorService pool = Executors.newFixedThreadPool(24);
                submit(pool, 48, 250);
                pool.shutdown();
                pool.awaitTermination(1, TimeUnit.MINUTES);
                Thread.sleep(200);
            }
        }
    }

    static final class ParallelStreams implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                IntStream.range(0, 64).parallel().forEach(one -> Span.slow(1));
                Thread.sleep(20);
            }
        }
    }

    static final class Futures implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService io = Executors.newFixedThreadPool(30);
            while (span.isBefore(1)) {
                List<CompletableFuture<Void>> calls = IntStream.range(0, 50)
                        .mapToObj(one -> CompletableFuture.runAsync(() -> Span.slow(4), io)
                                .thenRunAsync(() -> Span.slow(1), io))
                        .toList();
                calls.forEach(CompletableFuture::join);
                Thread.sleep(50);
            }
        }
    }

    /** Pools of a few threads, one for each part of the program. */
    static final class ManyParts implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            CountDownLatch started = new CountDownLatch(6);
            for (int part = 0; part < 6; part++) {
                ExecutorService pool = Executors.newFixedThreadPool(8);
                submit(pool, 8, 30);
                pool.submit(started::countDown);
                Thread.sleep(80);
            }
            started.await();
        }
    }
}
