package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.bpf.Bpf;
import io.clonetrace.linux.bpf.BpfArray;
import io.clonetrace.linux.bpf.BpfProgram;
import io.clonetrace.linux.bpf.BpfRing;
import io.clonetrace.linux.bpf.Btf;
import io.clonetrace.linux.bpf.TaskRegisters;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Ptrace;
import io.clonetrace.linux.process.StoppedCommand;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.linux.tracefs.Tracefs;
import io.clonetrace.trace.SourceRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The programs in the kernel, apart from who reads them. */
class EbpfProgramTest {
    @BeforeAll
    static void needsRights() {
        EbpfRights.assume();
    }

    /** A pid that a watched process had before may belong to another process. */
    @Test
    void reusedPidIsNotWatched() throws Exception {
        try (Tracefs tracefs = Tracefs.open()) {
            NewTaskFormat format = NewTaskFormat.read(tracefs.root());
            assertEquals(0, clonesOfAShell(format, false));
            assertEquals(3, clonesOfAShell(format, true));
        }
    }

    @Test
    void reusedPidIsNotWatchedWithoutTracefs() throws Exception {
        assumeTrue(Files.exists(Path.of("/sys/kernel/btf/vmlinux")), "a kernel without BTF");
        NewTaskFormat format = NewTaskFormat.read(Btf.ofKernel());
        assertTrue(format.byType());
        assertEquals(0, clonesOfAShell(format, false));
        assertEquals(3, clonesOfAShell(format, true));
    }

    /** What is seen of a shell that makes three processes, with the bits of all pids to come set from before. */
    private static int clonesOfAShell(NewTaskFormat format, boolean watched) throws Exception {
        TaskRegisters registers = TaskRegisters.of(Processor.current().orElseThrow());
        try (BpfRing ring = BpfRing.ofBytes(1 << 20);
                BpfArray losses = BpfArray.ofWords(1);
                BpfArray processes = BpfArray.ofWords((4 << 20) / Long.SIZE)) {
            Set<Long> living =
                    ProcessHandle.allProcesses().map(ProcessHandle::pid).collect(Collectors.toSet());
            for (int pid = 0; pid < 4 << 20; pid++) {
                if (!living.contains((long) pid)) {
                    processes.setBit(pid);
                }
            }
            CloneProgram code =
                    new CloneProgram(format, TaskPids.MACHINES, registers, ring.fd(), losses.fd(), Optional.empty());
            Ptrace wait = Ptrace.open();
            List<Integer> callers = new ArrayList<>();
            try (BpfProgram program = format.load(code.watching(processes.fd()))) {
                format.attach(program);
                PidFd command = StoppedCommand.start(wait, List.of("sh", "-c", "(true); (true); (true); true"));
                if (watched) {
                    processes.setBit(command.pid());
                }
                command.resume();
                WaitStatus status = wait.awaitChild(command.pid());
                while (status.stopped()) {
                    status = wait.awaitChild(command.pid());
                }
                ring.drain((bytes, at) -> {
                    CloneRecord record = CloneRecord.at(bytes, at);
                    callers.add(record.parent());
                    if (record.parent() == command.pid()) {
                        assertTrue(record.child() > 0 && record.child() != record.parent(), record::toString);
                        assertEquals(record.seenFlags(), record.passedFlags() & 0xffff_ff00L);
                    }
                });
                callers.removeIf(caller -> caller != command.pid());
                return callers.size();
            } finally {
                wait.close();
            }
        }
    }

    /** A program that sends a signal makes the tracepoint of signals be reached while a program runs already. */
    @Test
    void missedProgramRunsAreCounted() throws Exception {
        assumeFalse(
                KernelVersion.running().isBefore(new KernelVersion(6, 7, 0)),
                "only since Linux 6.7 misses of tracepoints are counted");
        int clones;
        int signals;
        try (Tracefs tracefs = Tracefs.open()) {
            clones = NewTaskFormat.read(tracefs.root()).id();
            signals = Integer.parseInt(Files.readString(tracefs.root().resolve("events/signal/signal_generate/id"))
                    .strip());
        }
        Ptrace wait = Ptrace.open();
        PidFd command = StoppedCommand.start(wait, List.of("sh", "-c", "(true); (true); (true); true"));
        long[] nothing = encoded(new Instruction(0xb7, 0, 0, 0, 0), new Instruction(0x95, 0, 0, 0, 0));
        long[] signalling = encoded(
                new Instruction(0x85, 0, 0, 0, Assembler.Helper.GET_CURRENT_PID_TGID.number()),
                new Instruction(0x77, 0, 0, 0, 32),
                new Instruction(0x55, 0, 0, 2, command.pid()), // no other process gets a signal
                new Instruction(0xb7, 1, 0, 0, 23), // SIGURG, which a shell ignores
                new Instruction(0x85, 0, 0, 0, 109), // bpf_send_signal
                new Instruction(0xb7, 0, 0, 0, 0),
                new Instruction(0x95, 0, 0, 0, 0));
        try (BpfProgram missing = Bpf.load(nothing);
                BpfProgram sender = Bpf.load(signalling)) {
            missing.attach(signals);
            sender.attach(clones);
            assertEquals(0, missing.missed());
            command.resume();
            WaitStatus status = wait.awaitChild(command.pid());
            while (status.stopped()) {
                status = wait.awaitChild(command.pid());
            }
            assertEquals(3, missing.missed());
            assertEquals(0, sender.missed());
        } finally {
            wait.close();
        }
    }

    private static long[] encoded(Instruction... instructions) {
        return Arrays.stream(instructions).mapToLong(Instruction::encoded).toArray();
    }

    @Test
    void refusalQuotesTheVerifier() {
        long[] noResult = {new Instruction(0x95, 0, 0, 0, 0).encoded()};
        String why =
                assertThrows(LinuxException.class, () -> Bpf.load(noResult)).getMessage();
        assertTrue(why.contains("R0 !read_ok") && why.endsWith("EACCES"), why);
        SourceRefusedException refused =
                EbpfRefusal.of(assertThrows(LinuxException.class, () -> Bpf.load(noResult)), Rights.own());
        assertTrue(refused.getMessage().contains("R0 !read_ok"), refused.getMessage());
        assertFalse(refused.getMessage().contains("root"), refused.getMessage());
    }
}
