package io.clonetrace.cli.doctor;

import io.clonetrace.linux.Processor;
import java.util.Locale;

/** Whether clonetrace knows the processor's registers and numbers of system calls. */
record ProcessorCheck() implements Check {
    private static final String NAME = "processor";

    @Override
    public Ability look() {
        String where = "this JVM's os.arch";
        return Processor.current()
                .map(known -> Ability.yes(NAME, known.name().toLowerCase(Locale.ROOT), where))
                .orElseGet(() -> Ability.no(
                        NAME,
                        "no support for the processor " + System.getProperty("os.arch"),
                        where,
                        "use one with x86-64 or aarch64; strace:FILE works with an strace of the machine's"));
    }
}
