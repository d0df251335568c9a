package io.clonetrace.demoapp.verdict;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Programs that have done what they do when the agent comes: outages and healthy ones. */
final class BeforeAttach {
    private BeforeAttach() {}

    /** Threads without names of their own, one after another. */
    static final class Leaked implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            for (int i = 0; i < 67 && span.isBefore(1); i++) {
                Thread thread = new Thread(Span::idle);
                thread.setDaemon(true);
                thread.start();
                Thread.sleep(50);
            }
        }
    }

    /** Single threads of forgotten executors. */
    static final class ForgottenPools implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            for (int i = 0; i < 43 && span.isBefore(1); i++) {
                ExecutorService pool = Executors.newFixedThreadPool(1);
                pool.submit(() -> Span.slow(1));
                Thread.sleep(50);
            }
        }
    }

    /** All of one name. */
    static final class SameName implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            for (int i = 0; i < 59 && span.isBefore(1); i++) {
                Thread thread = new Thread(Span::idle, "session-reaper");
                thread.setDaemon(true);
                thread.start();
                Thread.sleep(40);
            }
        }
    }

    /** One pool that went out of bounds. */
    static final class Exploded implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService pool = Executors.newCachedThreadPool();
            for (int i = 0; i < 700; i++) {
                pool.submit(Span::idle);
            }
        }
    }

    /** The leak goes on while the agent looks; most of it has happened before. */
    static final class GoesOn implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            Thread leaking = new Thread(GoesOn::leak, "scheduler");
            leaking.setDaemon(true);
            leaking.start();
        }

        private static void leak() {
            while (true) {
                refresh();
                Span.slow(120);
            }
        }

        private static void refresh() {
            Thread thread = new Thread(Span::idle, "refresh");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** A server with all its pools full. */
    static final class FullPools implements Program {
        @Override
        public void run(Span span) throws Exception {
            fill(Executors.newFixedThreadPool(64), 64);
            fill(Executors.newFixedThreadPool(12), 12);
            fill(Executors.newScheduledThreadPool(5), 5);
            AtomicInteger number = new AtomicInteger();
            ThreadFactory names = task -> new Thread(task, "http-nio-8080-exec-" + number.incrementAndGet());
            fill(new ThreadPoolExecutor(200, 200, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(9), names), 200);
            ForkJoinPool.commonPool().submit(() -> Span.slow(1)).get();
        }

        private static void fill(ExecutorService pool, int tasks) {
            for (int i = 0; i < tasks; i++) {
                pool.submit(() -> Span.slow(2));
            }
        }
    }

    /** A pool whose threads came one by one, as requests did. */
    static final class SlowlyFilledPool implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService pool = Executors.newFixedThreadPool(40);
            for (int i = 0; i < 40 && span.isBefore(1); i++) {
                pool.submit(() -> Span.slow(1));
                Thread.sleep(70);
            }
        }
    }
}
