package io.clonetrace.it.host;

import java.util.TreeMap;

/**
 * An application that prints what of its JVM an agent could have changed: system properties, and threads that keep it
 * alive; and that waits until it is the only thread of its group, as many programs do.
 */
public final class Visible {
    private Visible() {}

    public static void main(String[] arguments) {
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .map(Thread::getName)
                .sorted()
                .forEach(name -> System.out.println("thread " + name));
        properties("main");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> properties("exit")));
        WaitsForItsGroup.main(arguments);
    }

    private static void properties(String when) {
        new TreeMap<>(System.getProperties())
                .forEach((name, value) -> System.out.println(when + " property " + name + "=" + value));
    }
}
