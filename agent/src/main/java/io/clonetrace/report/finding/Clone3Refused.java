package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.Jvm;
import java.util.List;
import java.util.Map;

/** clone3 was refused, and clone used instead. */
final class Clone3Refused implements Rule {
    private static final String NO_SUCH_CALL = "ENOSYS";
    private static final String FORBIDDEN = "EPERM";

    @Override
    public String name() {
        return "clone3-refused";
    }

    @Override
    public String description() {
        return "clone3 was refused; clone was used instead, or no task was made.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        long instead = jvm.clones().rows().stream()
                .filter(row -> "clone".equals(row.way().syscall()) && row.way().error() == null)
                .mapToLong(CloneRow::count)
                .sum();
        return List.of(NO_SUCH_CALL, FORBIDDEN).stream()
                .map(error -> finding(error, refused(jvm, error), instead))
                .filter(finding -> finding.numbers().get("refused") > 0)
                .toList();
    }

    private static long refused(Jvm jvm, String error) {
        return jvm.clones().rows().stream()
                .filter(row -> "clone3".equals(row.way().syscall())
                        && error.equals(row.way().error()))
                .mapToLong(CloneRow::count)
                .sum();
    }

    private Finding finding(String error, long refused, long instead) {
        boolean fallsBack = error.equals(NO_SUCH_CALL);
        return new Finding(
                name(),
                fallsBack ? Severity.NOTE : Severity.WARNING,
                "clone3 is refused with " + error + ".",
                count(refused) + " calls of clone3 were refused; " + count(instead) + " of clone made a task.",
                fallsBack
                        ? "Nothing needs to be done: glibc uses clone where there is no clone3 (before Linux 5.3, or under"
                                + " a seccomp filter that hides it)."
                        : "A seccomp filter forbids it, and glibc falls back to clone only on ENOSYS: let the filter answer"
                                + " that. To allow clone3 would allow all its flags, new namespaces too: they lie in"
                                + " memory, which no filter can read.",
                Map.of("refused", refused, "cloneInstead", instead));
    }
}
