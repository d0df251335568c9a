package io.clonetrace.it.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/**
 * An application with an agent that gives Thread its original code back, like an agent that brings a class's code
 * along. Each line of its standard input is a name for threads to start, or a command for the agent.
 */
public final class HookRemover implements ClassFileTransformer {
    /** Threads for each name. */
    public static final int THREADS = 11;

    private static final HookRemover THIEF = new HookRemover();
    private static Instrumentation instrumentation;

    private HookRemover() {}

    public static void premain(String options, Instrumentation given) {
        instrumentation = given;
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            switch (line) {
                case "take" -> instrumentation.addTransformer(THIEF, true);
                case "give back" -> instrumentation.removeTransformer(THIEF);
                default -> start(line);
            }
            if (!line.startsWith("started-")) {
                instrumentation.retransformClasses(Thread.class);
            }
            System.out.println(line);
        }
    }

    private static void start(String name) throws InterruptedException {
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {}, name);
            thread.start();
            thread.join();
        }
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] code) {
        if (!"java/lang/Thread".equals(name)) {
            return null;
        }
        try (InputStream original = Object.class.getResourceAsStream("/java/lang/Thread.class")) {
            return original.readAllBytes();
        } catch (IOException impossible) {
            return null;
        }
    }
}
