package io.clonetrace.it.host;

/** Loads a library that forbids clone3, then fails to start threads; prints what Thread.start threw. */
public final class Forbidden {
    private static final int THREADS = 3;

    private Forbidden() {}

    /** @param arguments the library's path */
    public static void main(String[] arguments) throws InterruptedException {
        Thread before = new Thread(() -> {}, "before");
        before.start();
        before.join();
        System.load(arguments[0]);
        for (int i = 0; i < THREADS; i++) {
            try {
                new Thread(() -> {}, "forbidden-" + i).start();
                System.out.println("started");
            } catch (Throwable thrown) {
                System.out.println(thrown);
            }
        }
    }
}
