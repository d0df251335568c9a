package io.clonetrace.cli.top;

import io.clonetrace.cli.target.JvmName;
import io.clonetrace.limit.ThreadLimit;
import io.clonetrace.limit.ThreadLimits;
import io.clonetrace.limit.ThreadNeeds;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.stack.JavaThreadStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JVM in the list of all.
 *
 * @param program as its command line names it
 * @param user its uid
 * @param threads how many it has
 * @param nearest the limit with the least room
 */
record RunningJvm(int pid, String program, long user, int threads, Optional<ThreadLimit> nearest) {
    private static final double HUNDRED = 100;

    /**
     * Lists the JVMs of this user, as root of all.
     *
     * @throws IOException if no /proc is mounted
     */
    static List<RunningJvm> all() throws IOException {
        ThreadNeeds needs = ThreadNeeds.ofStack(JavaThreadStack.STANDARD);
        List<RunningJvm> all = new ArrayList<>();
        for (JvmName jvm : JvmName.running()) {
            Path folder = Path.of("/proc/" + jvm.pid());
            ProcessStatus.of(folder)
                    .ifPresent(status -> all.add(new RunningJvm(
                            jvm.pid(),
                            jvm.program(),
                            status.user(),
                            status.threads(),
                            ThreadLimits.nearest(ThreadLimits.of(folder).read(needs), needs))));
        }
        return all;
    }

    /** {@code pids.max 58% of 512}; a dash without a limit. */
    String limit() {
        return nearest.map(limit -> {
                    double share = limit.max() <= 0 ? 1 : (double) limit.used() / limit.max();
                    boolean bytes =
                            limit.unit() == ThreadLimit.Unit.ADDRESS_SPACE || limit.unit() == ThreadLimit.Unit.MEMORY;
                    return limit.name() + ' ' + Math.round(share * HUNDRED) + "% of "
                            + (bytes ? Amounts.size(limit.max()) : Amounts.count(limit.max()));
                })
                .orElse("-");
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pid", pid);
        json.put("program", program);
        json.put("user", user);
        json.put("threads", threads);
        json.put("limit", nearest.map(ThreadLimit::name).orElse(null));
        json.put("used", nearest.map(ThreadLimit::used).orElse(null));
        json.put("max", nearest.map(ThreadLimit::max).orElse(null));
        return json;
    }
}
