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

/** Looks at everything that decides whether clone flags can be observed here. */
public final class Doctor {
    private static final Path PROC = Path.of("/proc");
    private static final Path SYS = Path.of("/sys");
    private static final Path SELF = PROC.resolve("self");

    private Doctor() {}

    /**
     * Looks, and lets each source try.
     *
     * @param pid the process that is asked about, if it is one
     * @throws IOException if there is no such process
     */
    public static Diagnosis examine(OptionalInt pid) throws IOException {
        ProcessStatus self = ProcessStatus.of(SELF).orElseThrow(() -> new IOException("there is no /proc mounted"));
        Optional<Target> target = pid.isPresent() ? Optional.of(Target.of(PROC, pid.getAsInt())) : Optional.empty();
        // First: only the first attempt tells why it fails.
        Ability nativeCode = new NativeCheck().look();
        List<Section> sections = new ArrayList<>();
        sections.add(section("this machine", machine(self)));
        sections.add(section("this command", command(self, nativeCode)));
        target.ifPresent(process -> sections.add(
                section("process " + process.pid() + " (" + process.name() + ")", process(self, process.status()))));
        if (target.isEmpty()) {
            sections.add(section("this JVM", jvm(SELF)));
        }
        sections.add(new Section(
                "limits of " + target.map(process -> "process " + process.pid()).orElse("this process"),
                LimitChecks.of(self, target.map(Target::status).orElse(self))));
        Section sources = section("sources", sources(target, nativeCode));
        sections.add(sources);
        boolean observable = sources.abilities().stream().anyMatch(source -> source.answer() == Answer.YES);
        boolean attachable = sections.stream()
                .flatMap(section -> section.abilities().stream())
                .anyMatch(ability -> ability.name().equals(AttachCheck.NAME) && ability.answer() == Answer.YES);
        Advice advice = new Advice(sources.abilities(), target, attachable);
        return new Diagnosis(sections, observable, advice.verdict(), advice.next());
    }

    private static List<Check> machine(ProcessStatus self) {
        return List.of(
                new KernelCheck(PROC),
                new ProcessorCheck(),
                new BtfCheck(SYS),
                new LockdownCheck(SYS),
                new PerfEventsCheck(PROC, self),
                new YamaCheck(PROC, self),
                new HugePagesCheck(PROC, SYS));
    }

    private static List<Check> command(ProcessStatus self, Ability nativeCode) {
        return List.of(
                () -> nativeCode,
                new RootCheck(self),
                new CapabilitiesCheck(self),
                new SeccompCheck(self),
                new NoNewPrivsCheck(self),
                new PidNamespaceCheck(SELF),
                new TracefsCheck(SELF),
                new StraceCheck());
    }

    private static List<Check> process(ProcessStatus self, ProcessStatus process) {
        List<Check> checks = new ArrayList<>(List.of(
                new RootCheck(process),
                new SeccompCheck(process),
                new SamePidNamespaceCheck(SELF, process.folder()),
                new TracerCheck(process)));
        checks.addAll(jvm(process.folder()));
        checks.add(new AttachCheck(process));
        return checks;
    }

    private static List<Check> jvm(Path folder) {
        return List.of(
                new JdkCheck(folder),
                new VmStructsCheck(folder),
                new ProcmapQueryCheck(folder),
                new PagemapScanCheck(folder));
    }

    private static List<Check> sources(Optional<Target> target, Ability nativeCode) {
        List<Check> checks = new ArrayList<>();
        for (SourceKind source : SourceKind.automatic()) {
            checks.add(
                    nativeCode.answer() == Answer.YES
                            ? new SourceCheck(source, target)
                            : () -> SourceCheck.notTried(source, nativeCode));
        }
        return checks;
    }

    private static Section section(String title, List<Check> checks) {
        return new Section(title, checks.stream().map(Check::look).toList());
    }
}
