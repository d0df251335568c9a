package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;

/** A command with mounts that no other process sees (unshare(1), mount_namespaces(7)). */
public final class PrivateMounts {
    private PrivateMounts() {}

    /**
     * The command in a mount namespace of its own; skips the test where that is impossible.
     *
     * @param mounts what the shell does there first
     */
    public static List<String> command(String mounts, List<String> command) {
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
        // exec: the process that the test starts is the command itself.
        List<String> all = new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", mounts + "\nexec \"$@\"", "sh"));
        all.addAll(command);
        return all;
    }
}
