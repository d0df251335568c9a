package io.clonetrace.cli.target;

import java.nio.file.Path;

/**
 * A reason why nothing can be attached to a process, or not without harm. All of them are here, for the commands that
 * attach and for the doctor.
 *
 * @param reason the reason, a clause
 * @param where what it was read from
 * @param remedy what to do about it; empty if nothing can be done
 */
public record AttachRefusal(String reason, String where, String remedy) {
    private static final String AT_START = "start it with -javaagent:clonetrace.jar instead";

    static AttachRefusal openJ9(TargetFacts facts) {
        return new AttachRefusal(
                "process " + facts.pid() + " is an OpenJ9 JVM, and clonetrace needs HotSpot",
                facts.folder().resolve("maps").toString(),
                "");
    }

    static AttachRefusal nativeImage(TargetFacts facts) {
        return new AttachRefusal(
                "process " + facts.pid() + " is a GraalVM native image, and clonetrace needs a HotSpot JVM",
                facts.folder().resolve("exe").toString(),
                "");
    }

    /** HotSpot answers other requests there as it does with glibc. */
    static AttachRefusal musl(long pid, Path folder) {
        return new AttachRefusal(
                "JVM " + pid + " uses the C library musl, and clonetrace's agent needs glibc",
                folder.resolve("maps").toString(),
                "");
    }

    static AttachRefusal narrow(long pid, Path folder) {
        return new AttachRefusal(
                "JVM " + pid + " is a 32-bit one, and clonetrace's agent needs a 64-bit JVM",
                folder.resolve("maps").toString(),
                "");
    }

    static AttachRefusal notAJvm(TargetFacts facts) {
        return new AttachRefusal(
                "process " + facts.pid() + " is not a JVM",
                facts.folder().resolve("maps").toString(),
                "");
    }

    static AttachRefusal attachDisabled(TargetFacts facts) {
        return startedWith(facts.pid(), facts.folder(), "-XX:+" + TargetFacts.ATTACH_DISABLED);
    }

    /** The JVM refuses agents; it answers other requests, such as one for a thread dump. */
    static AttachRefusal agentsDisabled(long pid, Path folder) {
        return startedWith(pid, folder, "-XX:-" + TargetFacts.AGENTS_ENABLED);
    }

    private static AttachRefusal startedWith(long pid, Path folder, String option) {
        return new AttachRefusal(
                "JVM " + pid + " was started with " + option, folder.resolve("cmdline") + " and environ", AT_START);
    }

    static AttachRefusal stopped(TargetFacts facts) {
        return new AttachRefusal(
                "JVM " + facts.pid() + " is stopped",
                facts.status().where("State"),
                "resume it first: kill -CONT " + facts.pid());
    }

    /** HotSpot listens when it gets SIGQUIT, which kills a process that does not catch it. */
    static AttachRefusal signalNotCaught(TargetFacts facts) {
        return new AttachRefusal(
                "JVM " + facts.pid()
                        + " accepts no requests: it does not catch SIGQUIT, which would kill it, because it"
                        + " is still starting or runs with -Xrs",
                facts.status().where("SigCgt"),
                "try again, or " + AT_START);
    }

    /** HotSpot compares the user and the group of the sender with its own, and accepts root. */
    static AttachRefusal otherUser(TargetFacts facts) {
        return new AttachRefusal(
                "JVM " + facts.pid() + " belongs to user " + facts.user().user() + " and group "
                        + facts.user().group() + ", and accepts requests only from them",
                facts.status().where("Uid, Gid"),
                "run as that user and group, or as root");
    }

    /**
     * HotSpot asks the kernel for the sender, and gets the answer in terms of its own namespace (user_namespaces(7)).
     */
    static AttachRefusal otherUserNamespace(TargetFacts facts) {
        return new AttachRefusal(
                "JVM " + facts.pid() + " is in another user namespace, where this user does not exist, and accepts"
                        + " requests only from its own user",
                facts.folder().resolve("uid_map").toString(),
                "run setpriv --reuid=" + facts.user().user() + " --regid="
                        + facts.user().group() + " --clear-groups clonetrace attach " + facts.pid());
    }

    /** The reason and what to do about it. */
    public String sentence() {
        return remedy.isEmpty() ? reason : reason + "; " + remedy;
    }
}
