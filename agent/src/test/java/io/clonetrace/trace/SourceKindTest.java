package io.clonetrace.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.agent.options.AgentOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SourceKindTest {
    /** The names are in recordings and options; all else follows from the kind. */
    @ParameterizedTest
    @CsvSource({
        "EBPF, ebpf, true, false, true",
        "TRACEFS, tracefs, true, false, false",
        "PTRACE, ptrace, false, true, false",
        "STRACE, strace, false, true, true",
        "NONE, none, false, false, false"
    })
    void kindHasItsNameAndAbilities(
            SourceKind kind, String name, boolean inKernel, boolean startsTracer, boolean seesRefused) {
        assertEquals(name, kind.label());
        assertEquals(inKernel, kind.tracesInKernel());
        assertEquals(startsTracer, kind.startsTracer());
        assertEquals(seesRefused, kind.seesRefusedCalls());
    }

    @ParameterizedTest
    @EnumSource
    void kindIsFoundByItsNameOnly(SourceKind kind) {
        assertEquals(Optional.of(kind), SourceKind.named(kind.label()));
        assertEquals(Optional.empty(), SourceKind.named(kind.name()));
    }

    @Test
    void automaticChoiceAndUnknownNamesAreNoKind() {
        assertEquals(Optional.empty(), SourceKind.named(SourceKind.AUTO));
        assertEquals(Optional.empty(), SourceKind.named(""));
        assertEquals("ebpf, tracefs, ptrace, strace", SourceKind.labels(SourceKind.automatic()));
        assertEquals("ebpf, tracefs, ptrace, strace, none", SourceKind.labels());
    }

    @Test
    void agentOptionOffersEveryKind() {
        String names = SourceKind.labels().replace(", ", "|").replace("strace", "strace|strace:FILE");
        assertEquals(SourceKind.AUTO + "|" + names, AgentOption.SOURCE.form());
    }
}
