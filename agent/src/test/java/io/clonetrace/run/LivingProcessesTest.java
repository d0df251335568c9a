package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.trace.CloneSink;
import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivingProcessesTest {
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final long THREAD = 0x3d0f00;

    private final List<String> told = new ArrayList<>();
    private final LivingProcesses processes = new LivingProcesses(new CloneSink() {
        @Override
        public void cloned(CloneCall call) {
            told.add("cloned " + call.childTid());
        }

        @Override
        public void exited(int tid) {
            told.add("exited " + tid);
        }

        @Override
        public void source(String name) {
            told.add("source " + name);
        }
    });

    private static CloneCall call(int child, long flags) {
        return CloneCall.builder(CloneSyscall.CLONE3, SELF)
                .made(child)
                .flags(flags)
                .exitSignal(0)
                .stack(4096)
                .stackSize(8192)
                .tls(1)
                .childTidAddress(2)
                .observedAt(5)
                .kernelTime(5)
                .build();
    }

    @Test
    void recordsArePassedOn() {
        processes.cloned(call(1, 0));
        processes.exited(1);
        processes.source("ebpf");
        assertEquals(List.of("cloned 1", "exited 1", "source ebpf"), told);
    }

    @Test
    void threadDoesNotCountAsProcess() {
        processes.cloned(call(1, THREAD));
        assertFalse(processes.any());
    }

    @Test
    void processEndedBeforeTheFirstCheckIsNotAlive() {
        processes.cloned(call(4_194_303, 0));
        assertFalse(processes.any());
    }

    /** Its parent, a shell that goes on, has not asked yet how it ended. */
    @Test
    void zombieIsNotAlive() throws Exception {
        Process shell =
                new ProcessBuilder("sh", "-c", "exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 60").start();
        try (BufferedReader out = shell.inputReader()) {
            int cat = Integer.parseInt(out.readLine());
            processes.cloned(call(cat, 0));
            assertTrue(processes.any());
            shell.outputWriter().close();
            while (ProcessHandle.of(cat).isPresent() && processes.any()) {
                Thread.onSpinWait();
            }
            assertFalse(processes.any());
        } finally {
            shell.destroyForcibly();
        }
    }
}
