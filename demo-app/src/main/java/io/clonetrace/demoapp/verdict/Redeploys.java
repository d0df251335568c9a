package io.clonetrace.demoapp.verdict;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Outages: what was started a second time, while what was started first lives on. */
final class Redeploys {
    private Redeploys() {}

    /** A server that loads an application anew and leaves the old one's threads. */
    static final class Deployments implements Program {
        @Override
        public void run(Span span) throws Exception {
            deploy();
            span.await(0.4);
            deploy();
            span.await(0.7);
            deploy();
        }

        private static void deploy() throws ReflectiveOperationException {
            ClassLoader application = new ApplicationLoader(Deployments.class.getClassLoader());
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(application);
            try {
                Runnable start = (Runnable) application
                        .loadClass(Application.class.getName())
                        .getDeclaredConstructor()
                        .newInstance();
                start.run();
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }
    }

    /** What is deployed: a pool, and a thread of its own. It may use only what is public outside of its loader. */
    public static final class Application implements Runnable {
        private static final int THREADS = 4;

        @Override
        public void run() {
            ExecutorService pool = Executors.newFixedThreadPool(THREADS);
            for (int i = 0; i < THREADS; i++) {
                pool.submit(() -> LockSupport.parkNanos(1));
            }
            housekeeping();
        }

        private static void housekeeping() {
            Thread thread = new Thread(() -> LockSupport.parkUntil(Long.MAX_VALUE), "housekeeping");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Loads the application's class itself, as a servlet container does; the rest is the server's. */
    private static final class ApplicationLoader extends ClassLoader {
        ApplicationLoader(ClassLoader server) {
            super(server);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.equals(Application.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** The same class loader, the same names: the consumers of a configuration that was read twice. */
    static final class Reconfigured implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            configure();
            span.await(0.45);
            configure();
        }

        private static void configure() {
            for (int i = 0; i < 16; i++) {
                Thread consumer = new Thread(Span::idle, "consumer-" + i);
                consumer.setDaemon(true);
                consumer.start();
            }
        }
    }

    /** Threads without names of their own, twice. */
    static final class Reconnected implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            connect();
            span.await(0.6);
            connect();
        }

        private static void connect() {
            for (int i = 0; i < 23; i++) {
                new Thread(Span::idle).start();
            }
        }
    }

    /** A pool a reload; the old ones are never shut down. */
    static final class PoolsReloaded implements Program {
        @Override
        public void run(Span span) throws InterruptedException {
            for (int reload = 0; reload < 3; reload++) {
                span.await(0.3 * reload);
                load();
            }
        }

        private static void load() {
            ExecutorService pool = Executors.newFixedThreadPool(12);
            for (int i = 0; i < 12; i++) {
                pool.submit(() -> Span.slow(20));
            }
        }
    }
}
