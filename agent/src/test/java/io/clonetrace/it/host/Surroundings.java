package io.clonetrace.it.host;

import java.util.TreeMap;

/**
 * An application that prints what of its JVM an agent could have changed: system properties, and threads that keep it
 * alive.
 */
public final class Surroundings {
    private Surroundings() {}

    public static void main(String[] arguments) {
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .map(Thread::getName)
                .sorted()
                .forEach(name -> System.out.println("thread " + name));
        properties("main");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> properties("exit")));
    }

    private static void properties(String when) {
        new TreeMap<>(System.getProperties())
                .forEach((name, value) -> System.out.println(when + " property " + name + "=" + value));
    }
}
