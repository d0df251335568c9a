package io.clonetrace.demoapp.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Outages: threads made by hand that don't end. */
final class Leaks {
    private Leaks() {}

    /** A listener a session, which nothing ends with it. */
    static final class Sessions implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                open();
                Thread.sleep(250);
            }
        }

        private static void open() {
            new Thread(Span::idle).start();
        }
    }

    /** All is well until a feature is switched on. */
    static final class SwitchedOn implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            span.await(0.55);
            while (span.isBefore(1)) {
                watch();
                Thread.sleep(90);
            }
        }

        private static void watch() {
            Thread watcher = new Thread(Span::idle, "watcher");
            watcher.setDaemon(true);
            watcher.start();
        }
    }

    /** It leaked until the users went home. */
    static final class StoppedEarly implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            for (int tenant = 0; tenant < 71 && span.isBefore(0.6); tenant++) {
                subscribe(tenant);
                Thread.sleep(60);
            }
        }

        private static void subscribe(int tenant) {
            new Thread(Span::idle, "subscription-" + tenant).start();
        }
    }

    /** One of twelve requests hangs for ever. */
    static final class StuckRequests implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            for (int request = 0; span.isBefore(1); request++) {
                serve(request);
                Thread.sleep(19);
            }
        }

        private static void serve(int request) {
            new Thread(() -> work(request), "request-" + request).start();
        }

        private static void work(int request) {
            if (request % 12 == 11) {
                Span.idle();
            } else {
                Span.slow(4);
            }
        }
    }

    /** Ten at a time, every second. */
    static final class Bundles implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                for (int i = 0; i < 10; i++) {
                    importPart(i);
                }
                Thread.sleep(1_000);
            }
        }

        private static void importPart(int part) {
            new Thread(Span::idle, "import-part-" + part).start();
        }
    }

    /** Each has a name of its own, without a number in it. */
    static final class Tenants implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            List<String> known = new ArrayList<>();
            for (char a = 'a'; a <= 'z'; a++) {
                for (char b = 'a'; b <= 'z' && span.isBefore(1); b++) {
                    known.add("tenant-" + a + b + "-poller");
                    poll(known.get(known.size() - 1));
                    Thread.sleep(130);
                }
            }
        }

        private static void poll(String name) {
            Thread poller = new Thread(Span::idle, name);
            poller.setDaemon(true);
            poller.start();
        }
    }

    /** Threads of a pool leak threads: the pool's own call site is innocent. */
    static final class FromAPool implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            ExecutorService pool = Executors.newFixedThreadPool(3);
            while (span.isBefore(1)) {
                pool.execute(FromAPool::handle);
                Thread.sleep(160);
            }
        }

        private static void handle() {
            new Thread(Span::idle, "heartbeat").start();
        }
    }

    /** Both call the same method; one of them waits for what it started. */
    static final class SharedStarter implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                Invoices.print();
                Mails.send();
                Thread.sleep(120);
            }
        }

        private static final class Background {
            static Thread start(Runnable task) {
                Thread thread = new Thread(task);
                thread.start();
                return thread;
            }
        }

        private static final class Invoices {
            static void print() throws InterruptedException {
                Background.start(() -> Span.slow(1)).join();
            }
        }

        private static final class Mails {
            static void send() {
                Background.start(Span::idle);
            }
        }
    }

    /** A thread a second: far from any limit, but not for long. */
    static final class OneASecond implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                audit();
                Thread.sleep(730);
            }
        }

        private static void audit() {
            new Thread(Span::idle, "audit").start();
        }
    }

    /** It goes on as if nothing had happened when no more threads can be started. */
    static final class UntilRefused implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            while (span.isBefore(1)) {
                try {
                    render();
                } catch (OutOfMemoryError refused) {
                    Thread.sleep(500);
                }
                Thread.sleep(40);
            }
        }

        private static void render() {
            new Thread(Span::idle, "renderer").start();
        }
    }
}
