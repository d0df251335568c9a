package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.ProcessStatus;

/** Whether sudo can work (prctl(2), PR_SET_NO_NEW_PRIVS). */
record NoNewPrivsCheck(ProcessStatus process) implements Check {
    private static final String NAME = "NoNewPrivs";

    @Override
    public Ability look() {
        String where = process.where("NoNewPrivs");
        return switch (process.field("NoNewPrivs").orElse("")) {
            case "0" -> Ability.yes(NAME, "not set", where);
            case "1" ->
                Ability.no(
                        NAME,
                        "set: no program started here gets more rights, sudo neither",
                        where,
                        process.user() == 0 ? "" : "for more rights, start from another shell");
            default -> Ability.open(NAME, "this kernel does not say", where);
        };
    }
}
