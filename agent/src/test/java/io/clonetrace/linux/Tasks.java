package io.clonetrace.linux;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's threads as /proc/self/task shows them (proc(5)). */
public final class Tasks {
    private Tasks() {}

    /** The tid of the thread with that comm. */
    public static int named(String comm) throws IOException {
        for (File task : new File("/proc/self/task").listFiles()) {
            try {
                if (Files.readString(task.toPath().resolve("comm")).trim().equals(comm)) {
                    return Integer.parseInt(task.getName());
                }
            } catch (IOException ended) {
                // Since it was listed.
            }
        }
        throw new AssertionError("no thread is named " + comm);
    }

    /** The stack pointer of a thread that is in a system call. */
    public static long stackPointer(int tid) throws IOException {
        Path syscall = Path.of("/proc/self/task/" + tid + "/syscall");
        String line = Files.readString(syscall);
        for (int i = 0; line.startsWith("running") && i < 10_000; i++) {
            Thread.onSpinWait();
            line = Files.readString(syscall);
        }
        String[] words = line.trim().split(" ");
        return Long.decode(words[words.length - 2]);
    }
}
