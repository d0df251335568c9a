package io.clonetrace.cli.doctor;

import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.strace.StraceProgram;
import java.io.IOException;

/** Which strace there is. */
record StraceCheck() implements Check {
    private static final String NAME = "strace's version";

    @Override
    public Ability look() {
        try {
            StraceProgram strace = StraceProgram.required();
            try {
                return Ability.yes(NAME, strace.version(), strace.file() + " -V");
            } catch (IOException unknown) {
                return Ability.open(NAME, unknown.getMessage(), strace.file() + " -V");
            }
        } catch (SourceRefusedException missing) {
            return Ability.no(NAME, missing.getMessage(), "PATH", "");
        }
    }
}
