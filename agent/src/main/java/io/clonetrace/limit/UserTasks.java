package io.clonetrace.limit;

import java.io.File;

/**
 * Counts the threads of all processes of a {@code /proc}, in 9 us each. Zombies count, as they do for the kernel;
 * hidden processes (another pid namespace, hidepid) don't. Not thread-safe.
 */
public final class UserTasks {
    private final String proc;
    private final ProcText text;
    private long uid;
    private long ofUser;
    private long all;

    public UserTasks(String proc, ProcText text) {
        this.proc = proc;
        this.text = text;
    }

    /** Counts the threads of that real user, and of all users. */
    public void count(long uid) {
        this.uid = uid;
        String[] names = new File(proc).list();
        ofUser = names == null || uid == ThreadLimit.UNKNOWN ? ThreadLimit.UNKNOWN : 0;
        all = names == null ? ThreadLimit.UNKNOWN : 0;
        if (names == null) {
            return;
        }
        for (String name : names) {
            char first = name.charAt(0);
            // A process that has ended meanwhile does not count.
            if (first >= '1' && first <= '9' && text.read(proc + "/" + name + "/status")) {
                long threads = Math.max(0, text.number("Threads:"));
                all += threads;
                if (uid != ThreadLimit.UNKNOWN && text.number("Uid:") == uid) {
                    ofUser += threads;
                }
            }
        }
    }

    long uid() {
        return uid;
    }

    /** Threads of that real user's processes; {@link ThreadLimit#UNKNOWN} if they can't be listed. */
    public long ofUser() {
        return ofUser;
    }

    /** Threads of all processes; {@link ThreadLimit#UNKNOWN} if they can't be listed. */
    public long all() {
        return all;
    }
}
