package io.clonetrace.it.host;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.LogManager;

/**
 * An application with its own log manager, class loaders and thread factories, and threads with unusual names and
 * classes.
 */
public final class OddApplication {
    /** Too long, terminal escapes, and no valid UTF-16. */
    public static final List<String> NAMES = List.of(
            "n".repeat(10_000),
            "\u001b]0;title\u0007\u001b[31mred",
            "half a pair \ud83d",
            "\udc00 the other half",
            "\0");

    private OddApplication() {}

    /** What a server installs before anything else sets up logging. */
    public static final class Manager extends LogManager {}

    /** Lies about itself wherever it can. */
    private static final class Liar extends Thread {
        Liar() {
            super(() -> System.out.println("the liar ran"));
        }

        @Override
        public long getId() {
            throw new IllegalStateException("id");
        }

        @Override
        public State getState() {
            throw new IllegalStateException("state");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("name");
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException("hash");
        }

        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("equals");
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(LogManager.getLogManager().getClass().getName());
        for (String name : NAMES) {
            Thread thread = new Thread(() -> {}, name);
            thread.start();
            thread.join();
        }
        Liar liar = new Liar();
        liar.start();
        liar.join();
        factories();
        Thread isolated = (Thread) new Isolated()
                .loadClass(Isolated.class.getName() + "$Work")
                .getConstructor()
                .newInstance();
        isolated.start();
        isolated.join();
        twice();
    }

    private static void factories() throws InterruptedException {
        ExecutorService nothing = Executors.newSingleThreadExecutor(work -> null);
        try {
            nothing.execute(() -> System.out.println("ran in no thread"));
        } catch (RejectedExecutionException refused) {
            System.out.println("refused");
        }
        nothing.shutdownNow();
        ExecutorService throwing = Executors.newSingleThreadExecutor(work -> {
            throw new IllegalStateException("no thread from here");
        });
        try {
            throwing.execute(() -> System.out.println("ran in no thread"));
        } catch (IllegalStateException thrown) {
            System.out.println(thrown.getMessage());
        }
    }

    private static void twice() throws InterruptedException {
        Thread thread = new Thread(() -> {});
        thread.start();
        thread.join();
        try {
            thread.start();
        } catch (IllegalThreadStateException twice) {
            System.out.println("twice: " + twice.getMessage());
        }
    }

    /** A loader without a parent but the JDK's. */
    static final class Isolated extends ClassLoader {
        Isolated() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream code = OddApplication.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                byte[] bytes = code.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException | NullPointerException missing) {
                throw new ClassNotFoundException(name, missing);
            }
        }

        /** A thread of that loader. */
        public static final class Work extends Thread {
            public Work() {
                super("isolated");
            }

            @Override
            public void run() {
                System.out.println(
                        "by " + getClass().getClassLoader().getClass().getSimpleName());
            }
        }
    }
}
