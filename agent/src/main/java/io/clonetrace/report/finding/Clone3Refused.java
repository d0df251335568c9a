package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.model.CloneTable.CloneRow;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Refusal;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** clone3 was refused, and clone used instead. */
final class Clone3Refused implements Rule {
    private static final int MOST_SITES = 3;
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

    /** Those of failed starts are in {@link FailedStarts}. */
    private static List<Refusal> refused(Jvm jvm, String error) {
        return jvm.refusals().stream()
                .filter(refusal -> refusal.thrown().isEmpty())
                .filter(refusal -> refusal.call()
                        .filter(call -> "clone3".equals(call.syscall()) && error.equals(call.errno()))
                        .isPresent())
                .toList();
    }

    private Finding finding(String error, List<Refusal> refusals, long instead) {
        long refused = refusals.stream().mapToLong(Refusal::attempts).sum();
        String at = refusals.stream()
                .flatMap(refusal -> refusal.site().stream())
                .distinct()
                .limit(MOST_SITES)
                .map(Frame::toString)
                .collect(Collectors.joining(", "));
        boolean fallsBack = error.equals(NO_SUCH_CALL);
        return new Finding(
                name(),
                fallsBack ? Severity.NOTE : Severity.WARNING,
                "clone3 is refused with " + error + ".",
                count(refused) + (refused == 1 ? " call of clone3 was refused" : " calls of clone3 were refused")
                        + (at.isEmpty() ? "" : ", at " + at) + "; "
                        + count(instead) + " of clone made a task.",
                fallsBack
                        ? "Nothing needs to be done: glibc uses clone where there is no clone3 (before Linux 5.3, or under"
                                + " a seccomp filter that hides it)."
                        : "A seccomp filter forbids it, and glibc falls back to clone only on ENOSYS: let the filter answer"
                                + " that. To allow clone3 would allow all its flags, new namespaces too: they lie in"
                                + " memory, which no filter can read.",
                Map.of("refused", refused, "cloneInstead", instead));
    }
}
