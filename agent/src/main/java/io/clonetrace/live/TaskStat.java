package io.clonetrace.live;

/**
 * A task as {@code /proc/PID/task/TID/stat} has it (proc_pid_stat(5)).
 *
 * @param comm its name, of 15 bytes at most
 * @param cpuTicks processor time in user and kernel mode, in clock ticks
 * @param startTicks when it was started, in clock ticks since the boot; with the tid, its identity
 */
record TaskStat(int tid, String comm, long cpuTicks, long startTicks) {
    // The fields' numbers.
    private static final int STATE = 3;
    private static final int USER_TIME = 14;
    private static final int SYSTEM_TIME = 15;
    private static final int START_TIME = 22;

    /**
     * Reads the line.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    static TaskStat of(int tid, String line) {
        // The name, the second field, is in parentheses and may hold anything.
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 0 || close < open) {
            throw new IllegalArgumentException("no stat of a task: " + line);
        }
        String[] fields = line.substring(Math.min(line.length(), close + 2)).split(" ");
        if (fields.length <= START_TIME - STATE) {
            throw new IllegalArgumentException("no stat of a task: " + line);
        }
        return new TaskStat(
                tid,
                line.substring(open + 1, close),
                Long.parseLong(fields[USER_TIME - STATE]) + Long.parseLong(fields[SYSTEM_TIME - STATE]),
                Long.parseLong(fields[START_TIME - STATE]));
    }
}
