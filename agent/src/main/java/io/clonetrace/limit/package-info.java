/**
 * The limits that stop a process from making threads, how much of each is in use, and where that was read: rlimits,
 * {@code kernel.*}, {@code vm.max_map_count} and the cgroups from the process up to the root.
 * {@link io.clonetrace.limit.ThreadLimits} is the way in. Reads files only, of any process; runs in the agent, in
 * commands and in the doctor.
 */
package io.clonetrace.limit;
