package io.clonetrace.cli.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether an agent can be loaded into a running JVM: over a socket that HotSpot opens when it gets SIGQUIT
 * (attachListener_linux.cpp); a JVM that does not catch it would be killed.
 */
record AttachCheck(ProcessStatus self, ProcessStatus target) implements Check {
    static final String NAME = "attach";
    private static final int SIGQUIT = 3;

    /** The variables from which a JVM takes options, in its order: the later one counts. */
    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

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
        List<String> options;
        try {
            options = options();
        } catch (IOException unreadable) {
            return Ability.open(
                    NAME, "SIGQUIT is caught; its options can't be read: " + unreadable.getMessage(), where);
        }
        if (last(options, "DisableAttachMechanism").orElse(false)) {
            return refusedBy("-XX:+DisableAttachMechanism", where);
        }
        if (!last(options, "EnableDynamicAgentLoading").orElse(true)) {
            return refusedBy("-XX:-EnableDynamicAgentLoading", where);
        }
        return Ability.yes(NAME, "SIGQUIT is caught, and no option is against it", target.where("SigCgt"));
    }

    private static Ability refusedBy(String option, String where) {
        return Ability.no(
                NAME,
                "the JVM runs with " + option,
                where,
                "give it the agent when it starts: -javaagent:clonetrace.jar");
    }

    private List<String> options() throws IOException {
        List<String> options = new ArrayList<>();
        List<String> environment =
                List.of(Text.of(target.folder().resolve("environ")).split("\0"));
        for (String variable : VARIABLES) {
            environment.stream()
                    .filter(entry -> entry.startsWith(variable + "="))
                    .forEach(entry -> options.addAll(
                            Arrays.asList(entry.substring(variable.length() + 1).split("\\s+"))));
        }
        options.addAll(Arrays.asList(Text.of(target.folder().resolve("cmdline")).split("\0")));
        return options;
    }

    /** The option's value; the last one counts. */
    private static Optional<Boolean> last(List<String> options, String name) {
        return options.stream()
                .filter(option -> option.equals("-XX:+" + name) || option.equals("-XX:-" + name))
                .reduce((one, other) -> other)
                .map(option -> option.startsWith("-XX:+"));
    }
}
