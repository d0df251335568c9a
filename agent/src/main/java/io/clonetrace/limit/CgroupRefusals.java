package io.clonetrace.limit;

import java.util.List;

/**
 * How often the cgroups of a process have refused a task because of pids.max, as their pids.events count (cgroups(7);
 * Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/pids.rst).
 *
 * @param innermostFirst the cgroups that count
 * @param hidden the folder of the outermost visible cgroup if others are above it, which can't be seen from here and
 *     may have limits too; null if it is the root of all
 */
public record CgroupRefusals(List<Count> innermostFirst, String hidden) {
    /**
     * The counter of one cgroup.
     *
     * @param file that it was read from
     * @param max the file of the cgroup's own limit
     * @param refused how often
     * @param itsOwn whether only what its own limit refused is counted (version 2 since Linux 6.12); else also what an
     *     ancestor's limit refused, of tasks made within the cgroup itself
     */
    public record Count(String file, String max, long refused, boolean itsOwn) {}
}
