package io.clonetrace.demoapp.scenario;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * Virtual threads (JEP 444), through reflection because this program is compiled for Java 17. They are no kernel
 * threads; the carriers are, and the JDK decides how many there are.
 */
final class Virtual implements Scenario {

    @Override
    public String name() {
        return "virtual";
    }

    @Override
    public String description() {
        return "virtual threads, all alive at once";
    }

    @Override
    public Availability available() {
        return Availability.since(21);
    }

    @Override
    public void run(Tally tally, Settings settings) throws Exception {
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        Method name = Class.forName("java.lang.Thread$Builder").getMethod("name", String.class);
        Method unstarted = Class.forName("java.lang.Thread$Builder").getMethod("unstarted", Runnable.class);
        List<Thread> threads = new ArrayList<>();
        try (Gate gate = new Gate(settings.threads())) {
            Runnable task = () -> {
                tally.jdkThreads(carrierPrefix(Thread.currentThread()));
                gate.run();
            };
            for (int i = 1; i <= settings.threads(); i++) {
                name.invoke(builder, tally.prefix() + i);
                Thread thread = (Thread) unstarted.invoke(builder, task);
                thread.start();
                tally.virtualThreadStarted();
                threads.add(thread);
            }
            gate.awaitAllRunning();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** The carrier is named only in the text: {@code VirtualThread[#31,virtual-1]/runnable@ForkJoinPool-1-worker-2}. */
    private static String carrierPrefix(Thread virtual) {
        String text = virtual.toString();
        return text.substring(text.lastIndexOf('@') + 1).replaceAll("\\d+$", "");
    }
}
