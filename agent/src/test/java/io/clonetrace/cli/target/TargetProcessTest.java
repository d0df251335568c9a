package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes in every state, made by the shell. */
class TargetProcessTest {
    private Process shell;

    /** Runs it, and answers the first line that it prints. */
    private String run(String script) throws IOException {
        shell = new ProcessBuilder("sh", "-c", script).start();
        BufferedReader out = shell.inputReader();
        return out.readLine();
    }

    @AfterEach
    void end() {
        if (shell != null) {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    private static void awaitState(long pid, String state) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(Path.of("/proc/" + pid + "/status")).contains("State:\t" + state)) {
            assertTrue(System.nanoTime() < deadline, () -> pid + " does not become " + state);
            Thread.onSpinWait();
        }
    }

    private static String refusal(long pid) {
        return assertThrows(IOException.class, () -> TargetProcess.of(pid)).getMessage();
    }

    @Test
    void thisOne() throws IOException {
        long pid = ProcessHandle.current().pid();
        TargetProcess self = TargetProcess.of(pid);
        assertEquals(Path.of("/proc/" + pid), self.procDir());
        assertFalse(self.isStopped());
        assertTrue(self.rss() > 1 << 20);
    }

    @Test
    void aThreadOfThisOne() throws IOException {
        long pid = ProcessHandle.current().pid();
        String[] tids = new File("/proc/self/task").list();
        for (String tid : tids) {
            if (!tid.equals("" + pid)) {
                assertEquals(tid + " is a thread; its process is " + pid, refusal(Long.parseLong(tid)));
                return;
            }
        }
    }

    @Test
    void none() throws Exception {
        long pid = Long.parseLong(run("echo $$"));
        shell.waitFor();
        assertEquals("there is no process " + pid, refusal(pid));
    }

    /**
     * The shell becomes a program that never asks for its child's end; the child ends after that, or the shell would
     * ask.
     */
    @Test
    void aZombie() throws IOException {
        long pid = Long.parseLong(run("until grep -qx sleep /proc/$$/comm; do :; done <&- & echo $!; exec sleep 1000"));
        awaitState(pid, "Z");
        assertTrue(refusal(pid).contains("has ended"), () -> refusal(pid));
    }

    @Test
    void aThreadOfTheKernel() throws IOException {
        Path comm = Path.of("/proc/2/comm");
        assumeTrue(
                Files.exists(comm) && Files.readString(comm).startsWith("kthreadd"),
                "no thread of the kernel is seen in this pid namespace");
        assertTrue(refusal(2).contains("thread of the kernel"), () -> refusal(2));
    }

    @Test
    void aStoppedOne() throws IOException {
        long pid = Long.parseLong(run("echo $$; kill -STOP $$"));
        awaitState(pid, "T");
        assertTrue(TargetProcess.of(pid).isStopped());
    }

    @Test
    void inAPidNamespaceOfItsOwn() throws IOException {
        String first = run("unshare --pid --fork sh -c 'echo ready; exec sleep 1000'");
        assumeTrue("ready".equals(first), "this user may not make a pid namespace");
        ProcessHandle inside = shell.descendants()
                .filter(child -> child.descendants().findAny().isEmpty())
                .findFirst()
                .orElseThrow();
        TargetProcess process = TargetProcess.of(inside.pid());
        assertTrue(process.hasOtherTids());
        assertEquals(1, process.tidInside((int) inside.pid()));
    }
}
