package io.clonetrace.cli.doctor;

import io.clonetrace.cli.doctor.Ability.Answer;
import io.clonetrace.trace.SourceKind;
import java.util.List;
import java.util.Optional;

/**
 * The verdict on the sources, and what to do next.
 *
 * @param sources the result for each of them, best first
 * @param target the process that was named, if one was
 * @param attachable whether it is a JVM into which the agent can be loaded
 */
record Advice(List<Ability> sources, Optional<Target> target, boolean attachable) {

    /** Whether clone flags can be observed, and by which sources. */
    String verdict() {
        String whose = target.map(process -> "the clone flags of process " + process.pid())
                .orElse("clone flags");
        return working().isEmpty()
                ? whose + " can't be observed"
                : whose + " can be observed, by " + String.join(", ", working());
    }

    /** The one best thing to do. */
    String next() {
        if (!working().isEmpty()) {
            return command();
        }
        if (target.isPresent() && target.get().status().tracer() != 0) {
            return ptrace().map(Ability::found).orElse("")
                    + "; if it is an strace -f -o FILE, the agent's source=strace:FILE reads it; as root"
                    + " there are ebpf and tracefs";
        }
        // It needs the least, so its remedy is the next step.
        String remedy = ptrace().map(Ability::remedy).orElse("");
        return remedy.isEmpty() ? ptrace().map(Ability::found).orElse("") : remedy;
    }

    private String command() {
        if (target.isEmpty()) {
            return "clonetrace run -- java ...";
        }
        // A trace needs no agent.
        return "clonetrace " + (attachable ? "attach " : "trace -p ")
                + target.get().pid();
    }

    private List<String> working() {
        return sources.stream()
                .filter(source -> source.answer() == Answer.YES)
                .map(Ability::name)
                .toList();
    }

    private Optional<Ability> ptrace() {
        return sources.stream()
                .filter(source -> source.name().equals(SourceKind.PTRACE.label()))
                .findFirst();
    }
}
