package io.clonetrace.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.cli.doctor.Ability.Answer;
import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.trace.AccessDenial;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.Yama;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceChecksTest {
    private static final Ability ATTACH = Ability.yes("attach", "", "");
    private static final Ability NO_ATTACH = Ability.no("attach", "", "", "");

    @TempDir
    private Path folder;

    private Optional<Ability> byAgent(SourceKind source, int user, String scope, String tracer, Ability attach)
            throws IOException {
        Trees trees = new Trees(folder);
        trees.status("4711", 1_000, "0000000000000000", "TracerPid:\t" + tracer + "\n");
        ProcessStatus self = trees.user(user);
        return SourceChecks.byAgent(
                source, "saw", Target.of(trees.proc(), 4_711), new Yama(Optional.of(scope)), self, attach);
    }

    @ParameterizedTest
    @CsvSource({"PTRACE", "STRACE"})
    void anAgentPermitsItsOwnTracer(SourceKind source) throws IOException {
        Ability ability = byAgent(source, 1_000, "1", "0", ATTACH).orElseThrow();
        assertEquals(Answer.YES, ability.answer());
        assertTrue(ability.found().contains("an agent in it permits its own tracer"), ability.found());
    }

    @Test
    void noAgentHelpsElsewhere() throws IOException {
        assertTrue(byAgent(SourceKind.PTRACE, 1_000, "1", "0", NO_ATTACH).isEmpty());
        assertTrue(byAgent(SourceKind.PTRACE, 1_000, "2", "0", ATTACH).isEmpty());
        assertTrue(byAgent(SourceKind.PTRACE, 1_000, "1", "9", ATTACH).isEmpty());
        assertTrue(byAgent(SourceKind.PTRACE, 1_001, "1", "0", ATTACH).isEmpty());
        assertTrue(byAgent(SourceKind.EBPF, 1_000, "1", "0", ATTACH).isEmpty());
    }

    @Test
    void rootIsNotToldToBeRoot() {
        Lockdown none = new Lockdown(Optional.of("none"));
        assertEquals("for the source tracefs: run as root", SourceChecks.remedy(new Rights(1_000, 0, false), none));
        assertEquals("", SourceChecks.remedy(new Rights(0, -1, false), none));
        assertTrue(SourceChecks.remedy(new Rights(0, 0, false), none).contains("root without CAP_SYS_ADMIN"));
        assertEquals(
                AccessDenial.LOCKDOWN,
                SourceChecks.remedy(new Rights(0, -1, false), new Lockdown(Optional.of("confidentiality"))));
    }
}
