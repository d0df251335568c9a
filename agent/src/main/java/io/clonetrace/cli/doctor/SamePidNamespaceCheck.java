package io.clonetrace.cli.doctor;

import io.clonetrace.trace.PidNamespace;
import java.io.IOException;
import java.nio.file.Path;

/** Whether a process has the pids that this one knows it by. */
record SamePidNamespaceCheck(Path self, Path target) implements Check {
    private static final String NAME = "pid namespace";

    @Override
    public Ability look() {
        String where = target.resolve("ns/pid").toString();
        try {
            if (PidNamespace.of(self).equals(PidNamespace.of(target))) {
                return Ability.yes(NAME, "the same as this command's", where);
            }
            return Ability.no(
                    NAME,
                    "another than this command's: the pids seen from here are not its own, and an agent in it could"
                            + " not join them",
                    where,
                    "run clonetrace within its container");
        } catch (IOException unreadable) {
            return Ability.open(NAME, "can't be read from here", where);
        }
    }
}
