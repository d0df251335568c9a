package io.clonetrace.cli.doctor;

import io.clonetrace.cli.doctor.Ability.Answer;
import io.clonetrace.cli.target.AttachRefusal;
import io.clonetrace.cli.target.AttachRoom;
import io.clonetrace.cli.target.TargetFacts;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.util.Optional;

/** Whether an agent can be loaded into a running JVM, by the facts that attach looks at. */
final class AttachCheck {
    static final String NAME = "attach";

    private AttachCheck() {}

    static Ability of(ProcessStatus target) {
        TargetFacts facts;
        try {
            facts = TargetFacts.of(target.folder(), target.process());
        } catch (IOException unreadable) {
            return Ability.open(
                    NAME,
                    "can't be told: " + FileFailure.reading(unreadable),
                    target.folder().resolve("maps").toString());
        }
        if (!facts.isJvm()) {
            return Ability.open(NAME, "no JVM", "");
        }
        Optional<AttachRefusal> refusal = facts.agentRefusal();
        if (refusal.isPresent()) {
            return Ability.no(
                    NAME,
                    refusal.get().reason(),
                    refusal.get().where(),
                    refusal.get().remedy());
        }
        Ability jdk = JvmChecks.jdk(target.folder());
        if (jdk.answer() == Answer.NO) {
            return Ability.no(NAME, "the agent does not work in it: " + jdk.found(), jdk.where(), jdk.remedy());
        }
        return AttachRoom.missingForAgent(facts.folder(), AttachRoom.autoTraces(facts.status()), false)
                .map(missing -> Ability.no(NAME, "there is no room for the agent: " + missing, "", ""))
                .orElseGet(() -> Ability.yes(
                        NAME,
                        "SIGQUIT is caught, and no option forbids it",
                        facts.status().where("SigCgt")));
    }
}
