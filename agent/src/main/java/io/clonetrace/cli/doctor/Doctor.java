package io.clonetrace.cli.doctor;

import io.clonetrace.cli.doctor.Ability.Answer;
import io.clonetrace.cli.doctor.Diagnosis.Section;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.trace.SourceKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Checks everything that decides whether clone flags can be observed here. */
public final class Doctor {
    private static final Path PROC = Path.of("/proc");
    private static final Path SYS = Path.of("/sys");
    private static final Path SELF = PROC.resolve("self");

    private Doctor() {}

    /**
     * Runs all checks, and tries each source.
     *
     * @param pid the process to check, if one was named
     * @throws IOException if there is no such process
     */
    public static Diagnosis examine(OptionalInt pid) throws IOException {
        ProcessStatus self = ProcessStatus.of(SELF).orElseThrow(() -> new IOException("there is no /proc mounted"));
        Optional<Target> target = pid.isPresent() ? Optional.of(Target.of(PROC, pid.getAsInt())) : Optional.empty();
        // First: only the first attempt says why it fails.
        Ability nativeCode = SourceChecks.nativeCode();
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("this machine", machine(self)));
        sections.add(new Section("this command", command(self, nativeCode)));
        target.ifPresent(process -> sections.add(
                new Section("process " + process.pid() + " (" + process.name() + ")", process(process.status()))));
        if (target.isEmpty()) {
            sections.add(new Section("this JVM", jvm(SELF)));
        }
        sections.add(new Section(
                "limits of " + target.map(process -> "process " + process.pid()).orElse("this process"),
                LimitChecks.of(self, target.map(Target::status).orElse(self))));
        List<Ability> sources = sources(target, nativeCode);
        List<Ability> shown = new ArrayList<>(sources);
        if (nativeCode.answer() == Answer.YES) {
            shown.add(SourceChecks.refusals(target));
        }
        sections.add(new Section("sources", shown));
        boolean observable = sources.stream().anyMatch(source -> source.answer() == Answer.YES);
        boolean attachable = sections.stream()
                .flatMap(section -> section.abilities().stream())
                .anyMatch(ability -> ability.name().equals(AttachCheck.NAME) && ability.answer() == Answer.YES);
        Advice advice = new Advice(sources, target, attachable);
        return new Diagnosis(sections, observable, advice.verdict(), advice.next());
    }

    private static List<Ability> machine(ProcessStatus self) {
        return List.of(
                KernelChecks.kernel(PROC),
                KernelChecks.processor(),
                KernelChecks.btf(SYS),
                KernelChecks.lockdown(SYS),
                KernelChecks.perfEvents(PROC, self),
                KernelChecks.yama(PROC, self),
                KernelChecks.hugePages(PROC, SYS));
    }

    private static List<Ability> command(ProcessStatus self, Ability nativeCode) {
        return List.of(
                nativeCode,
                ProcessChecks.root(self),
                ProcessChecks.capabilities(self),
                ProcessChecks.seccomp(self),
                ProcessChecks.noNewPrivs(self),
                ProcessChecks.initialPidNamespace(SELF),
                SourceChecks.tracefs(SELF),
                SourceChecks.strace());
    }

    private static List<Ability> process(ProcessStatus process) {
        List<Ability> abilities = new ArrayList<>(List.of(
                ProcessChecks.root(process),
                ProcessChecks.seccomp(process),
                ProcessChecks.samePidNamespace(SELF, process.folder()),
                ProcessChecks.tracer(process)));
        abilities.addAll(jvm(process.folder()));
        abilities.add(AttachCheck.of(process));
        return abilities;
    }

    private static List<Ability> jvm(Path folder) {
        return List.of(
                JvmChecks.jdk(folder),
                JvmChecks.vmStructs(folder),
                JvmChecks.procmapQuery(folder),
                JvmChecks.pagemapScan(folder));
    }

    private static List<Ability> sources(Optional<Target> target, Ability nativeCode) {
        List<Ability> abilities = new ArrayList<>();
        for (SourceKind source : SourceKind.automatic()) {
            abilities.add(
                    nativeCode.answer() == Answer.YES
                            ? SourceChecks.source(source, target)
                            : SourceChecks.notTried(source, nativeCode));
        }
        return abilities;
    }
}
