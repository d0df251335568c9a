package io.clonetrace.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdviceTest {
    private static final Ability EBPF = Ability.yes("ebpf", "saw", "tried");
    private static final Ability NO_EBPF = Ability.no("ebpf", "bpf: EPERM", "tried", "");
    private static final Ability PTRACE = Ability.yes("ptrace", "saw", "tried");
    private static final Ability NO_PTRACE = Ability.no("ptrace", "it is held", "tried", "");

    @TempDir
    private Path folder;

    private Optional<Target> target(String tracer) throws IOException {
        Trees trees = new Trees(folder);
        trees.status("4711", 0, "0", "TracerPid:\t" + tracer + "\n");
        return Optional.of(Target.of(trees.proc(), 4_711));
    }

    @Test
    void observable() throws IOException {
        Advice advice = new Advice(List.of(EBPF, PTRACE), Optional.empty(), false);
        assertEquals("clone flags can be observed, by ebpf, ptrace", advice.verdict());
        assertEquals("clonetrace run -- java ...", advice.next());
        Advice ofProcess = new Advice(List.of(NO_EBPF, PTRACE), target("0"), false);
        assertEquals("the clone flags of process 4711 can be observed, by ptrace", ofProcess.verdict());
        assertEquals("clonetrace trace -p 4711", ofProcess.next());
        Advice ofJvm = new Advice(List.of(EBPF, PTRACE), target("0"), true);
        assertEquals("clonetrace attach 4711", ofJvm.next());
        Advice held = new Advice(List.of(EBPF, NO_PTRACE), target("9"), false);
        assertEquals("clonetrace trace -p 4711", held.next());
    }

    @Test
    void notObservable() throws IOException {
        Advice advice = new Advice(List.of(NO_EBPF, NO_PTRACE), Optional.empty(), false);
        assertEquals("clone flags can't be observed", advice.verdict());
        assertEquals("it is held", advice.next());
        Advice traced = new Advice(List.of(NO_EBPF, NO_PTRACE), target("9"), false);
        assertTrue(traced.next().startsWith("it is held; if it is an strace"), traced.next());
        assertTrue(traced.next().contains("source=strace:FILE"), traced.next());
    }
}
