package io.clonetrace.cli.doctor;

import io.clonetrace.trace.PidNamespace;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.Path;

/** Whether this process's pids are the machine's. */
record PidNamespaceCheck(Path self) implements Check {
    private static final String NAME = "pid namespace";

    @Override
    public Ability look() {
        String where = self.resolve("ns/pid").toString();
        try {
            PidNamespace namespace = PidNamespace.of(self);
            namespace.refuseUnlessInitial();
            return Ability.yes(NAME, "the machine's own", where);
        } catch (SourceRefusedException container) {
            return Ability.no(NAME, container.getMessage(), where, "");
        } catch (IOException unreadable) {
            return Ability.open(NAME, "can't be read: " + unreadable.getMessage(), where);
        }
    }
}
