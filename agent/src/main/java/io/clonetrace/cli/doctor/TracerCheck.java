package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.trace.Tracer;
import java.util.Optional;

/** Whether nobody traces a process yet. */
record TracerCheck(ProcessStatus process) implements Check {
    private static final String NAME = "no other tracer";

    @Override
    public Ability look() {
        String where = process.where("TracerPid");
        if (process.tracer() == 0) {
            return Ability.yes(NAME, "nobody traces it", where);
        }
        Optional<Tracer> tracer = Tracer.of(process.folder());
        String who = tracer.map(one -> one.name() + " (pid " + one.pid() + ")").orElse("somebody");
        return Ability.no(NAME, who + " traces it already, and a process has one tracer at a time", where, "");
    }
}
