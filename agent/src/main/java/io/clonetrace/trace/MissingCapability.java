package io.clonetrace.trace;

import io.clonetrace.linux.proc.Capability;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Words for a process that is root without some capability, as in a container: "run as root" would not help. */
public final class MissingCapability {
    private MissingCapability() {}

    /** Names what root lacks, and how a container gets it. */
    public static String ofRoot(Capability... missing) {
        return "this process is root without "
                + Arrays.stream(missing).map(Capability::name).collect(Collectors.joining(" and "))
                + ": give a container "
                + Arrays.stream(missing)
                        .map(capability -> "--cap-add " + capability.name().replaceFirst("^CAP_", ""))
                        .collect(Collectors.joining(" "));
    }
}
