package io.clonetrace.trace.ebpf;

import java.util.Scanner;

/** A program to be watched: at a line on stdin it runs so many short threads and processes, and ends. */
final class ThreadStarter {
    private ThreadStarter() {}

    public static void main(String[] arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        int processes = Integer.parseInt(arguments[1]);
        new Scanner(System.in).nextLine();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(null, () -> {}, "short", 128 << 10);
            thread.start();
            thread.join();
        }
        for (int i = 0; i < processes; i++) {
            new ProcessBuilder("true").start().waitFor();
        }
    }
}
