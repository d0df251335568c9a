package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.cli.doctor.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Room in the limits of a made-up machine. */
class AttachRoomTest {
    private static final int MAX = 4_711;
    private static final String NONE = "0000000000000000";

    @TempDir
    private Path folder;

    private Trees trees;
    private Path process;

    @BeforeEach
    void plant() throws IOException {
        trees = new Trees(folder);
        process = trees.process("4711");
        trees.file("proc/sys/kernel/threads-max", MAX + "\n");
        trees.file("proc/4711/task/4711/comm", "java\n");
        tasksLeft(100);
    }

    private void tasksLeft(int left) throws IOException {
        trees.file("proc/loadavg", "0.03 0.04 0.05 1/" + (MAX - left) + " 4711\n");
    }

    private void mappingsLeft(int left) throws IOException {
        trees.file("proc/sys/vm/max_map_count", (left + 2) + "\n");
        trees.file("proc/4711/maps", "7f00-7f01 r--p 0 0:0 0\n7f01-7f02 r--p 0 0:0 0\n");
    }

    @Test
    void whatIsNotLimitedIsNotMissing() {
        assertEquals(Optional.empty(), AttachRoom.missingForListener(process));
        assertEquals(Optional.empty(), AttachRoom.missingForAgent(process, true, true));
    }

    @ParameterizedTest
    @CsvSource({"3, false", "4, true"})
    void tasksForTheListener(int left, boolean fits) throws IOException {
        tasksLeft(left);
        Optional<String> missing = AttachRoom.missingForListener(process);
        assertEquals(fits, missing.isEmpty(), missing::toString);
        if (!fits) {
            assertTrue(
                    missing.get().contains("kernel.threads-max has room for 3 more threads (4708 of 4711, "),
                    missing::get);
        }
    }

    /**
     * The listener and what may come beside, the agent's threads, those of a tracer, and the 16 without which the agent
     * would be loaded and not start.
     */
    @ParameterizedTest
    @CsvSource({
        "22, false, false, false, false",
        "23, false, false, false, true",
        "18, true, false, false, false",
        "19, true, false, false, true",
        "22, true, false, true, false",
        "23, true, false, true, true",
        "45, false, true, true, false",
        "46, false, true, true, true",
        "41, true, true, true, false",
        "42, true, true, true, true",
        "37, true, true, false, false",
        "38, true, true, false, true",
    })
    void tasksForTheAgent(int left, boolean listens, boolean tracer, boolean records, boolean fits) throws IOException {
        tasksLeft(left);
        if (listens) {
            trees.file("proc/4711/task/4712/comm", "Attach Listener\n");
        }
        Optional<String> missing = AttachRoom.missingForAgent(process, tracer, records);
        assertEquals(fits, missing.isEmpty(), missing::toString);
        if (!fits) {
            int threads = (records ? 7 : 3) + (tracer ? 1 : 0);
            String said = "it brings up to " + threads + " threads"
                    + (tracer ? " and 18 of its tracer, leaves 16" : " and leaves 16")
                    + " to the application, and kernel.threads-max has room for " + left;
            assertTrue(missing.get().startsWith(said), missing::get);
            assertEquals(
                    tracer,
                    missing.get().endsWith("(sysctl kernel.threads-max), or attach with source=none"),
                    missing::get);
        }
    }

    @ParameterizedTest
    @CsvSource({"7, false, false", "8, true, false", "105, true, false", "106, true, true"})
    void mappings(int left, boolean listener, boolean agent) throws IOException {
        mappingsLeft(left);
        Optional<String> forListener = AttachRoom.missingForListener(process);
        Optional<String> forAgent = AttachRoom.missingForAgent(process, false, true);
        assertEquals(listener, forListener.isEmpty(), forListener::toString);
        assertEquals(agent, forAgent.isEmpty(), forAgent::toString);
        assertTrue(agent || forAgent.get().contains("vm.max_map_count has room for "), forAgent::toString);
    }

    @Test
    void jvmThatListensNeedsMappingsOnly() throws IOException {
        tasksLeft(0);
        assertTrue(AttachRoom.missingForRequest(process).isPresent());
        assertFalse(AttachRoom.fitsDetach(process));
        trees.file("proc/4711/task/4712/comm", "Attach Listener\n");
        assertEquals(Optional.empty(), AttachRoom.missingForRequest(process));
        assertTrue(AttachRoom.fitsDetach(process));
        mappingsLeft(7);
        assertTrue(AttachRoom.missingForRequest(process).get().startsWith("vm.max_map_count has room for 3 more"));
        mappingsLeft(31);
        assertEquals(Optional.empty(), AttachRoom.missingForRequest(process));
        assertFalse(AttachRoom.fitsDetach(process));
    }

    /** @param stack in MiB, as the JVM's options have it */
    private void addressSpaceLeft(int mebibytes, int stack) throws IOException {
        trees.status("4711", 0, NONE, "");
        trees.file("proc/4711/limits", "Max address space " + ((long) mebibytes + 5 << 20) + " unlimited bytes\n");
        trees.file("proc/4711/cmdline", "java\0-Xss" + stack + "m\0App\0");
        trees.file("proc/4711/environ", "A=b\0");
    }

    /** 27 stacks, and 42 MiB. */
    @ParameterizedTest
    @CsvSource({"68, 1, false", "69, 1, true", "1791, 64, false", "1792, 64, true"})
    void addressSpace(int left, int stack, boolean fits) throws IOException {
        addressSpaceLeft(left, stack);
        Optional<String> missing = AttachRoom.missingForAgent(process, false, true);
        assertEquals(fits, missing.isEmpty(), missing::toString);
    }

    @ParameterizedTest
    @CsvSource({"3, 1, false", "4, 1, true", "255, 64, false", "256, 64, true"})
    void addressSpaceForTheListener(int left, int stack, boolean fits) throws IOException {
        addressSpaceLeft(left, stack);
        Optional<String> missing = AttachRoom.missingForListener(process);
        assertEquals(fits, missing.isEmpty(), missing::toString);
        assertTrue(fits || missing.get().contains("RLIMIT_AS has room for 3 more threads"), missing::toString);
    }

    @Test
    void whoseAgentHasATracer() throws IOException {
        assertFalse(AttachRoom.autoTraces(trees.status("4711", 0, NONE, "NSpid:\t4711\n")));
        assertTrue(AttachRoom.autoTraces(trees.status("4711", 0, NONE, "NSpid:\t4711\t7\n")));
        assertTrue(AttachRoom.autoTraces(trees.status("4711", 1_000, NONE, "")));
        String capable = String.format("%016x", 1L << 38 | 1L << 39);
        assertFalse(AttachRoom.autoTraces(trees.status("4711", 1_000, capable, "")));
    }
}
