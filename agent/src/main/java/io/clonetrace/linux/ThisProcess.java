package io.clonetrace.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process is to itself. */
public final class ThisProcess {
    private ThisProcess() {}

    /** Its pid, as proc(5) says: ProcessHandle, in a host that hasn't it yet, comes with the JDK's pool of reapers. */
    public static int pid() {
        try {
            return Integer.parseInt(
                    Files.readSymbolicLink(Path.of("/proc/self")).toString());
        } catch (IOException | NumberFormatException noProc) {
            return (int) ProcessHandle.current().pid();
        }
    }
}
