package io.clonetrace.flags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.report.json.Json;
import io.clonetrace.report.text.TerminalText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsReportTest {
    private static final KernelVersion LINUX_6_18 = new KernelVersion(6, 18, 0);

    @Test
    void threadIsComparedWithPthreadCreateAlone() {
        String text = text("0x10900");
        assertTrue(text.contains("missing against pthread_create:\nCLONE_FS "), text);
        assertFalse(text.contains("fork of glibc"), text);
    }

    @Test
    void processIsComparedWithForkAlone() {
        String text = text("0x4111");
        assertTrue(text.contains("it makes a process; more than fork of glibc:\nCLONE_VM "), text);
        assertTrue(text.contains("it makes a process; missing against fork of glibc:\nCLONE_CHILD_CLEARTID "), text);
        assertFalse(text.contains("pthread_create"), text);
        assertFalse(text("0x1200011").contains("against"));
    }

    @Test
    void unshareIsComparedWithNothing() {
        String text = text("unshare(CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNET) = 0");
        assertTrue(text.startsWith("unshare: flags 0x6c020000\n"), text);
        assertTrue(text.contains("equals                runc, entering"), text);
        assertTrue(text.contains("unshare on Linux 6.18: accepted"), text);
        assertFalse(text.contains("fork of glibc"), text);
    }

    @Test
    void bothReadingsOfANumberAreExplained() {
        String text = text("1200011");
        assertTrue(text.startsWith("""
                        "1200011" can be read in 2 ways:
                          0x1200011   hexadecimal: fork of glibc
                          0x124f8b    decimal
                        """), text);
        assertTrue(text.contains("\nflags 0x1200000, exit signal SIGCHLD\n"), text);
        assertTrue(text.contains("\nflags 0x124f00, exit signal 139\n"), text);
        assertTrue(text.contains("clone on Linux 6.18: refused with EINVAL\n  CLONE_NEWNS excludes CLONE_FS"), text);
    }

    @Test
    void eachKnownCallerOfANameIsListedAndEachOfTheirWordsOnceExplained() {
        String text = text("pthread_create");
        assertTrue(text.startsWith("""
                        "pthread_create" can be read in 3 ways:
                          0x3d0f00    pthread_create of glibc
                          0x7d0f00    pthread_create of musl
                          0x3d0f00    pthread_create of bionic (Android)
                        """), text);
        assertEquals(1, text.split("flags 0x3d0f00", -1).length - 1, text);
        assertTrue(text.contains("clone3: flags 0x3d0f00, exit signal none\n"), text);
        assertTrue(text.contains("clone: flags 0x7d0f00, exit signal none\n"), text);
    }

    @Test
    void answerThatDependsOnNamespacesSaysOnWhat() {
        String user = text("CLONE_NEWUSER|SIGCHLD");
        assertTrue(user.contains("kernel.unprivileged_userns_clone"), user);
        assertTrue(user.contains("user.max_*_namespaces"), user);
        assertTrue(text("0x3d0f00").contains("CLONE_THREAD is refused (EINVAL) if the caller's children"));
        assertTrue(text("CLONE_NEWPID|SIGCHLD").contains("CLONE_NEWPID is refused (EINVAL) if the caller's children"));
    }

    @Test
    void seccompFiltersAnswerIsShown() {
        assertEquals(
                List.of(
                        "clone passed on, clone3 ENOSYS",
                        "clone passed on, clone3 ENOSYS",
                        "clone passed on, clone3 ENOSYS"),
                filters("0x3d0f00"));
        assertEquals(
                List.of("clone EPERM, clone3 ENOSYS", "clone EPERM, clone3 ENOSYS", "clone EPERM, clone3 ENOSYS"),
                filters("CLONE_NEWUSER|SIGCHLD"));
        assertEquals(
                List.of(
                        "clone passed on, clone3 ENOSYS",
                        "clone SIGSYS, clone3 ENOSYS",
                        "clone passed on, clone3 ENOSYS"),
                filters("0x7d0f00"));
        assertEquals(List.of("unshare EPERM", "unshare SIGSYS", "unshare passed on"), filters("unshare(CLONE_FS) = 0"));
    }

    @Test
    void failedCallSaysWhatItsErrnoMeans() {
        String text = text("clone(child_stack=NULL, flags=SIGCHLD) = -1 EPERM (Operation not permitted)");
        assertTrue(text.contains("It failed with EPERM: a seccomp filter, or a capability"), text);
    }

    @Test
    void retiredNameSaysWhatItWas() {
        assertTrue(text("CLONE_STOPPED|SIGCHLD").contains("CLONE_STOPPED is retired. Linux 2.6.0 to 2.6.37"));
        assertTrue(text("CSIGNAL").contains("CSIGNAL is no flag but the mask 0xff"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-1", "0xffffffffffffffff", "1200011", "pthread_create", "chrome", "unshare", "vfork", "go"})
    void linesFitATerminal(String input) {
        text(input).lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void jsonHasEachReading() throws IOException {
        Map<String, Object> json = new FlagsReport("1200011", LINUX_6_18).json();
        List<?> readings = (List<?>) json.get("readings");
        assertEquals(2, readings.size());
        Map<?, ?> first = (Map<?, ?>) readings.get(0);
        assertEquals("hexadecimal", first.get("readAs"));
        assertEquals("0x1200000", first.get("flags"));
        assertEquals("SIGCHLD", first.get("exitSignalName"));
        assertEquals("process", first.get("makes"));
        StringBuilder written = new StringBuilder();
        Json.write(json, written);
        assertTrue(written.toString().contains("\"caller\": \"fork of glibc\""), written::toString);
    }

    private static List<String> filters(String input) {
        return text(input)
                .lines()
                .filter(line ->
                        line.startsWith("  Docker") || line.startsWith("  Chrome") || line.startsWith("  systemd"))
                .map(line -> line.substring(42))
                .toList();
    }

    private static String text(String input) {
        StringWriter written = new StringWriter();
        TerminalText out = new TerminalText(new PrintWriter(written));
        new FlagsReport(input, LINUX_6_18).print(out);
        out.flush();
        return written.toString();
    }
}
