package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.NameCount;
import io.clonetrace.report.summary.Tally;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Threads outlive their application: it was loaded anew, and the old one's threads were not stopped. */
final class RedeployLeak implements Rule {
    private static final int MOST_SITES = 3;

    @Override
    public String name() {
        return "redeploy-leak";
    }

    @Override
    public String description() {
        return "An application was loaded anew, and threads of the old one are alive.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        Examination examination = Examination.of(jvm);
        return examination.redeploys().stream().map(this::finding).toList();
    }

    private Finding finding(Redeploy redeploy) {
        Creator most = redeploy.creators().get(0);
        List<NameCount> names = NameCount.of(redeploy.threads());
        long threads = redeploy.threads().size();
        String sites = redeploy.creators().stream()
                .map(Creator::site)
                .distinct()
                .limit(MOST_SITES)
                .map(Frame::toString)
                .collect(Collectors.joining(", "));
        return new Finding(
                name(),
                Severity.WARNING,
                "Threads outlive their application: " + count(threads) + " that were started at " + most.site()
                        + (redeploy.creators().size() > 1 ? " and elsewhere" : "")
                        + " belong to an earlier load of it.",
                count(redeploy.loaders()) + " class loaders of one kind, " + redeploy.loader()
                        + ", have live threads, and each started them after the one before had. Started at " + sites
                        + "; named "
                        + names.stream()
                                .limit(MOST_SITES)
                                .map(NameCount::pattern)
                                .collect(Collectors.joining(", "))
                        + "." + Suspect.memory(Tally.of(redeploy.threads())),
                "Stop the threads, executors and timers of an application when it is undeployed (a ServletContextListener,"
                        + " @PreDestroy, close): they keep its class loader, with all its classes, in memory too.",
                Map.of("threads", threads, "loaders", (long) redeploy.loaders()),
                new Subject(
                        Optional.of(most.site()),
                        Optional.of(most.trace()),
                        names.stream().map(NameCount::pattern).toList(),
                        redeploy.threads()));
    }
}
