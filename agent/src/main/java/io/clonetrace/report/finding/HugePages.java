package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.size;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.StackUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stacks lie in transparent huge pages, so that a thread takes 2 MB of memory however little it uses. */
final class HugePages implements Rule {
    private static final KernelVersion PROTECTS_STACKS = new KernelVersion(6, 7, 0);

    @Override
    public String name() {
        return "stack-huge-pages";
    }

    @Override
    public String description() {
        return "Stacks lie in transparent huge pages and take far more memory than they use.";
    }

    /** A newer kernel helps only where this is an old one. */
    private static String advice(Jvm jvm) {
        return jvm.system()
                        .kernel()
                        .flatMap(HugePages::version)
                        .map(running -> running.isBefore(PROTECTS_STACKS)
                                ? "Run Linux " + PROTECTS_STACKS + " or later, where MAP_STACK keeps stacks out of huge"
                                        + " pages, or "
                                : "This Linux, " + running + ", keeps out of huge pages what is mapped with MAP_STACK,"
                                        + " as glibc maps stacks; these were mapped otherwise, as musl does or by"
                                        + " software of their own. One can ")
                        .orElse("Since Linux " + PROTECTS_STACKS + " MAP_STACK keeps stacks out of huge pages; on an"
                                + " older one ")
                + "set /sys/kernel/mm/transparent_hugepage/enabled to madvise. That is for the whole machine: programs"
                + " that don't ask for huge pages by madvise(2) lose theirs; a JVM asks with"
                + " -XX:+UseTransparentHugePages.";
    }

    /** Of {@code Linux 6.12.0 x86_64}. */
    private static Optional<KernelVersion> version(String kernel) {
        try {
            return Optional.of(
                    KernelVersion.parse(kernel.replaceFirst("^Linux ", "").replaceFirst(" .*", "")));
        } catch (IllegalArgumentException otherwiseNamed) {
            return Optional.empty();
        }
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<StackUse> huge = jvm.threads().stream()
                .filter(row -> row.isApplications() && row.hasStack())
                .map(row -> row.stack().orElseThrow())
                .filter(use -> use.mostHuge() > 0)
                .toList();
        if (huge.isEmpty()) {
            return List.of();
        }
        long bytes = huge.stream().mapToLong(StackUse::mostHuge).sum();
        return List.of(new Finding(
                name(),
                Severity.WARNING,
                "Stacks lie in transparent huge pages.",
                count(huge.size()) + " threads had " + size(bytes)
                        + " of their stacks in huge pages, which are resident as" + " a whole.",
                advice(jvm),
                Map.of("threads", (long) huge.size(), "huge", bytes)));
    }
}
