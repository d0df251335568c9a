package io.clonetrace.cli.doctor;

import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.process.Ptrace;

/** Whether JNA can load its library, without which no source works. */
record NativeCheck() implements Check {
    private static final String NAME = "native code";

    @Override
    public Ability look() {
        try {
            Ptrace.open().close();
            return Ability.yes(NAME, "JNA is loaded", "tried");
        } catch (NativeUnavailableException unavailable) {
            return Ability.no(
                    NAME,
                    unavailable.getMessage().lines().findFirst().orElse(""),
                    "tried",
                    "-Djava.io.tmpdir=DIR, where DIR may be written and libraries be loaded from it (not noexec)");
        }
    }
}
