package io.clonetrace.demoapp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** The processor time of this process and of its children, such as a tracer; see proc(5). */
final class ProcessorTime {
    /** sysconf(_SC_CLK_TCK) is 100 on every Linux that Java runs on. */
    private static final double MICROS_A_TICK = 1e4;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private ProcessorTime() {}

    /** Microseconds until now, to a tick of 10 ms. */
    static double micros() {
        ProcessHandle self = ProcessHandle.current();
        return LongStream.concat(LongStream.of(self.pid()), self.children().mapToLong(ProcessHandle::pid))
                        .map(ProcessorTime::ticks)
                        .sum()
                * MICROS_A_TICK;
    }

    private static long ticks(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
        } catch (IOException gone) {
            return 0;
        }
    }
}
