package io.clonetrace.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Another system under the JVMs than in the baseline.
 *
 * @param what java, kernel, distribution or libc
 * @param old the values of the baseline's JVMs, each once
 * @param now those of the report's
 */
public record SystemChange(String what, List<String> old, List<String> now) {
    /** What was not recorded on one side is no change. */
    static List<SystemChange> changes(Map<String, List<String>> old, Map<String, List<String>> now) {
        List<SystemChange> all = new ArrayList<>();
        old.forEach((what, values) -> {
            List<String> others = now.get(what);
            if (!values.isEmpty() && !others.isEmpty() && !values.equals(others)) {
                all.add(new SystemChange(what, values, others));
            }
        });
        return all;
    }
}
