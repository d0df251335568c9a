package io.clonetrace.cli.doctor;

import io.clonetrace.cli.target.AttachRoom;
import io.clonetrace.cli.target.JvmOptions;
import io.clonetrace.cli.target.LoadedJvm;
import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;

/**
 * Whether an agent can be loaded into a running JVM: over a socket that HotSpot opens when it gets SIGQUIT
 * (attachListener_linux.cpp); a JVM that does not catch it would be killed.
 */
record AttachCheck(ProcessStatus self, ProcessStatus target) implements Check {
    static final String NAME = "attach";
    private static final int SIGQUIT = 3;

    @Override
    public Ability look() {
        try {
            if (LoadedJvm.of(target.folder()).isEmpty()) {
                return Ability.open(NAME, "no JVM", "");
            }
        } catch (IOException unreadable) {
            return Ability.open(NAME, "can't be told: " + unreadable.getMessage(), "");
        }
        if (self.user() != 0 && (self.user() != target.user() || self.group() != target.group())) {
            return Ability.no(
                    NAME,
                    "the process belongs to user " + target.user() + ", group " + target.group(),
                    target.where("Uid, Gid"),
                    "run as that user or as root");
        }
        if (!target.catches(SIGQUIT)) {
            return Ability.no(
                    NAME,
                    "the JVM does not catch SIGQUIT, which would kill it: is it still starting, or does it run with"
                            + " -Xrs?",
                    target.where("SigCgt"),
                    "give it the agent when it starts: -javaagent:clonetrace.jar");
        }
        return byOptions();
    }

    private Ability byOptions() {
        String where = target.folder().resolve("cmdline") + " and environ";
        JvmOptions options;
        try {
            options = JvmOptions.of(target.folder());
        } catch (IOException unreadable) {
            return Ability.open(
                    NAME, "SIGQUIT is caught; its options can't be read: " + unreadable.getMessage(), where);
        }
        if (options.flag("DisableAttachMechanism").orElse(false)) {
            return refusedBy("-XX:+DisableAttachMechanism", where);
        }
        if (!options.flag("EnableDynamicAgentLoading").orElse(true)) {
            return refusedBy("-XX:-EnableDynamicAgentLoading", where);
        }
        return AttachRoom.missingForAgent(target.folder(), AttachRoom.autoTraces(target), false)
                .map(missing -> Ability.no(NAME, "there is no room for the agent: " + missing, "", ""))
                .orElseGet(() ->
                        Ability.yes(NAME, "SIGQUIT is caught, and no option is against it", target.where("SigCgt")));
    }

    private static Ability refusedBy(String option, String where) {
        return Ability.no(
                NAME,
                "the JVM runs with " + option,
                where,
                "give it the agent when it starts: -javaagent:clonetrace.jar");
    }
}
