package io.clonetrace.limit;

import io.clonetrace.limit.ThreadLimit.Unit;

/**
 * RLIMIT_NPROC (getrlimit(2)): threads of one real user. The kernel checks it in every clone (kernel/fork.c,
 * copy_process), except for root and for CAP_SYS_RESOURCE or CAP_SYS_ADMIN in the initial user namespace. Not
 * thread-safe.
 */
final class UserLimit {
    // linux/capability.h
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_SYS_RESOURCE = 24;

    private static final String NAME = "RLIMIT_NPROC";
    private static final String WORD = "Max processes";

    private final ProcText text;
    private final ProcessFacts facts;

    UserLimit(ProcText text, ProcessFacts facts) {
        this.text = text;
        this.facts = facts;
    }

    /** The limit without its use, which takes longer to read. */
    ThreadLimit unused(String limits, String status) {
        if (!text.read(limits)) {
            return limit(ThreadLimit.UNKNOWN, limits).withNote(text.failure());
        }
        boolean unlimited = text.isUnlimited(WORD);
        ThreadLimit limit = limit(text.number(WORD), limits);
        if (unlimited) {
            return limit.withNote("no limit").notHolding();
        }
        if (limit.max() == ThreadLimit.UNKNOWN) {
            return limit.withNote("there is no line \"" + WORD + "\"");
        }
        if (!text.read(status)) {
            return limit.withNote(status + ": " + text.failure());
        }
        String exempt = exempt();
        return exempt == null ? limit : limit.withNote(exempt).notHolding();
    }

    /** The real user of that process; {@link ThreadLimit#UNKNOWN} if it can't be read. */
    long uid(String status) {
        return text.read(status) ? text.number("Uid:") : ThreadLimit.UNKNOWN;
    }

    /** The limit with the counted threads of its user. */
    ThreadLimit used(ThreadLimit limit, UserTasks tasks) {
        if (!limit.isLimited()) {
            return limit;
        }
        ThreadLimit counted = ThreadLimit.of(limit.name(), limit.unit(), tasks.ofUser(), limit.max(), limit.location());
        if (tasks.ofUser() == ThreadLimit.UNKNOWN) {
            return counted.withNote("the user's threads can't be counted");
        }
        return counted.withNote("user " + tasks.uid()
                + (facts.inFirstPidNamespace() ? "" : "; threads outside of this pid namespace are not counted"));
    }

    /** Why the limit does not apply to the process whose status was read; null if it does. */
    private String exempt() {
        long uid = text.number("Uid:");
        if (!facts.userNamespaceKnown()) {
            return uid == 0 ? "does not apply to root" : null;
        }
        if (!facts.inFirstUserNamespace()) {
            return facts.isRootOutside(uid) ? "does not apply to root, which this user is outside" : null;
        }
        if (uid == 0) {
            return "does not apply to root";
        }
        long capabilities = text.hexadecimal("CapEff:");
        if ((capabilities >> CAP_SYS_RESOURCE & 1) != 0) {
            return "does not apply with CAP_SYS_RESOURCE";
        }
        return (capabilities >> CAP_SYS_ADMIN & 1) != 0 ? "does not apply with CAP_SYS_ADMIN" : null;
    }

    private static ThreadLimit limit(long max, String location) {
        return ThreadLimit.of(NAME, Unit.TASKS, ThreadLimit.UNKNOWN, max, location);
    }
}
