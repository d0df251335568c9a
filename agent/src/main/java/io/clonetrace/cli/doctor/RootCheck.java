package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;

/** Whether it is root, and the machine's own: user_namespaces(7) give everybody a root. */
record RootCheck(ProcessStatus process) implements Check {
    private static final String NAME = "root";
    private static final String WHOLE = "0 0 4294967295";

    @Override
    public Ability look() {
        String where = process.where("Uid");
        if (process.user() != 0) {
            return Ability.no(NAME, "uid " + process.user(), where, "");
        }
        try {
            String map = PseudoFile.of(process.folder().resolve("uid_map")).replaceAll("\\s+", " ");
            if (!map.equals(WHOLE)) {
                return Ability.no(
                        NAME,
                        "uid 0, but of a user namespace of its own",
                        process.folder().resolve("uid_map").toString(),
                        "");
            }
        } catch (IOException noUserNamespaces) {
            // A kernel built without them has one root.
        }
        return Ability.yes(NAME, "uid 0", where);
    }
}
