package io.clonetrace.trace.tracefs;

import java.util.Scanner;

/** Says its pid; {@code go N M} makes N threads, one after the other, and runs the program true M times. */
final class ThreadsAndProcesses {
    private ThreadsAndProcesses() {}

    public static void main(String[] arguments) throws Exception {
        new ProcessBuilder("true").start().waitFor(); // the reaper's thread is made now
        System.out.println(ProcessHandle.current().pid());
        Scanner in = new Scanner(System.in);
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ");
            if (words[0].equals("end")) {
                return;
            }
            for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                Thread thread = new Thread(() -> {});
                thread.start();
                thread.join();
            }
            for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                new ProcessBuilder("true").start().waitFor();
            }
            System.out.println("done");
        }
    }
}
