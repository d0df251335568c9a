package io.clonetrace.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertEquals(Optional.empty(), AttachRoom.missingForAgent(process, true));
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

    /** The listener and what may come beside, the agent's threads, and those of a tracer. */
    @ParameterizedTest
    @CsvSource({
        "9, false, false, false",
        "10, false, false, true",
        "5, true, false, false",
        "6, true, false, true",
        "26, false, true, false",
        "27, false, true, true",
        "22, true, true, false",
        "23, true, true, true",
    })
    void tasksForTheAgent(int left, boolean listens, boolean tracer, boolean fits) throws IOException {
        tasksLeft(left);
        if (listens) {
            trees.file("proc/4711/task/4712/comm", "Attach Listener\n");
        }
        Optional<String> missing = AttachRoom.missingForAgent(process, tracer);
        assertEquals(fits, missing.isEmpty(), missing::toString);
        if (!fits) {
            assertEquals(
                    tracer,
                    missing.get().endsWith("(sysctl kernel.threads-max), or attach with source=none"),
                    missing::get);
        }
    }

    @ParameterizedTest
    @CsvSource({"7, false, false", "8, true, false", "71, true, false", "72, true, true"})
    void mappings(int left, boolean listener, boolean agent) throws IOException {
        mappingsLeft(left);
        Optional<String> forListener = AttachRoom.missingForListener(process);
        Optional<String> forAgent = AttachRoom.missingForAgent(process, false);
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

    @ParameterizedTest
    @CsvSource({"51, false", "52, true"})
    void addressSpace(int mebibytes, boolean fits) throws IOException {
        trees.status("4711", 0, NONE, "");
        trees.file("proc/4711/limits", "Max address space " + ((long) mebibytes + 5 << 20) + " unlimited bytes\n");
        Optional<String> missing = AttachRoom.missingForAgent(process, false);
        assertEquals(fits, missing.isEmpty(), missing::toString);
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
