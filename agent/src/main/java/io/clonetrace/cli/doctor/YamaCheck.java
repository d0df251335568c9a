package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.trace.ptrace.Yama;
import java.nio.file.Path;
import java.util.Optional;

/** Who may trace whom by Yama. */
record YamaCheck(Path proc, ProcessStatus process) implements Check {
    private static final String NAME = "Yama";

    @Override
    public Ability look() {
        Yama yama = Yama.of(proc);
        String where = proc.resolve(Yama.FILE).toString();
        Optional<String> scope = yama.scope();
        if (scope.isEmpty()) {
            return Ability.yes(NAME, "no such module, or it is off: a user's processes may be traced", "no " + where);
        }
        String name = "kernel.yama.ptrace_scope is " + scope.get();
        boolean privileged = process.has(Capability.CAP_SYS_PTRACE);
        if (yama.rule().isEmpty()) {
            return Ability.yes(NAME, name + ": a user's processes may be traced", where);
        }
        if (privileged && !scope.get().equals("3")) {
            return Ability.yes(NAME, name + ", which CAP_SYS_PTRACE passes", where);
        }
        if (scope.get().equals("1")) {
            return Ability.no(
                    NAME,
                    yama.rule().get(),
                    where,
                    "clonetrace run is an ancestor, and the agent allows its own tracer; no more is needed for them");
        }
        return Ability.no(NAME, yama.rule().get(), where, "");
    }
}
