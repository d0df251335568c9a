package io.clonetrace.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.cli.doctor.Trees;
import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PtraceDenialTest {
    private static final String NONE = "0000000000000000";
    private static final String CAP_SYS_PTRACE = "0000000000080000";

    @TempDir
    private Path folder;

    private ProcessStatus process(String name, int uid, String capabilities, String more) throws IOException {
        return new Trees(folder).status(name, uid, capabilities, more);
    }

    private String reason(int target, int tracer, String capabilities, String scope) throws IOException {
        return PtraceDenial.reason(
                process("target", target, NONE, ""),
                process("tracer", tracer, capabilities, ""),
                new Yama(Optional.ofNullable(scope)));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1001, , process 4711 belongs to user 1000: run as that user or as root",
        "1000, 0, , process 4711 belongs to user 1000: this process is root without CAP_SYS_PTRACE",
        "1000, 1000, 1, kernel.yama.ptrace_scope is 1: only root and ancestors may trace; start the program by",
        "1000, 1000, 2, kernel.yama.ptrace_scope is 2: only root may trace; run as root",
        "1000, 1000, 3, kernel.yama.ptrace_scope is 3: no process may trace until the next reboot",
        "0, 0, 1, 'kernel.yama.ptrace_scope is 1, and this process is root without CAP_SYS_PTRACE: give a container"
                + " --cap-add SYS_PTRACE'",
        "0, 0, 3, kernel.yama.ptrace_scope is 3: no process",
        "1000, 1000, , process 4711 is not dumpable",
        "1000, 1000, 0, process 4711 is not dumpable"
    })
    void withoutTheCapability(int target, int tracer, String scope, String begin) throws IOException {
        String said = reason(target, tracer, NONE, scope);
        assertTrue(said.startsWith(begin), said);
    }

    @Test
    void withTheCapability() throws IOException {
        assertTrue(reason(1_000, 0, CAP_SYS_PTRACE, "3").startsWith("kernel.yama.ptrace_scope is 3"));
        assertTrue(reason(1_000, 0, CAP_SYS_PTRACE, "2").startsWith("process 4711 is in another user namespace"));
    }

    @Test
    void aFilterIsNamedWhereThereIsOne() throws IOException {
        String said = PtraceDenial.reason(
                process("target", 1_000, NONE, ""),
                process("tracer", 1_000, NONE, "Seccomp:\t2\n"),
                new Yama(Optional.empty()));
        assertTrue(said.endsWith("or a seccomp filter (such as a container's) refuses ptrace"), said);
    }

    /** As AppArmor writes it, which ends the line, and as SELinux does, which ends it with a null byte. */
    @ParameterizedTest
    @CsvSource({
        "'docker-default (enforce)\n', docker-default (enforce)",
        "'system_u:system_r:container_t:s0:c1\0', system_u:system_r:container_t:s0:c1",
        "'unconfined\n',",
        "'unconfined_u:unconfined_r:unconfined_t:s0\0',"
    })
    void theSecurityModuleIsNamedByItsLabel(String content, String label) throws IOException {
        ProcessStatus tracer = process("tracer", 1_000, NONE, "");
        Files.createDirectories(tracer.folder().resolve("attr"));
        Files.writeString(tracer.folder().resolve("attr/current"), content);
        String said = PtraceDenial.reason(process("target", 1_000, NONE, ""), tracer, new Yama(Optional.empty()));
        String end = "a security module forbids it to this process, which is confined as " + label;
        assertEquals(label != null, said.endsWith(end), said);
        assertEquals(label != null, said.contains("security module"), said);
    }

    @Test
    void onlyWhatStraceSaysOfPtraceIsExplained() {
        assertEquals("strace: invalid option", PtraceDenial.explained("strace: invalid option", 1));
        String refused = "strace: attach: ptrace(PTRACE_SEIZE, 4711): Operation not permitted";
        String said = PtraceDenial.explained(refused, ProcessHandle.current().pid());
        assertTrue(said.startsWith(refused + "; "), said);
    }

    @Test
    void yamaDemandsAnAncestorOnlyOfThoseWithoutTheCapability() throws IOException {
        Yama one = new Yama(Optional.of("1"));
        assertTrue(one.demandsAncestor(process("tracer", 1_000, NONE, "")));
        assertFalse(one.demandsAncestor(process("tracer", 1_000, CAP_SYS_PTRACE, "")));
        assertFalse(new Yama(Optional.of("2")).demandsAncestor(process("tracer", 1_000, NONE, "")));
        assertFalse(new Yama(Optional.empty()).demandsAncestor(process("tracer", 1_000, NONE, "")));
    }
}
