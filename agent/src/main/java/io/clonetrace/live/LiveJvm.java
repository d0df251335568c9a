package io.clonetrace.live;

import java.io.IOException;

/** A JVM that is sampled from outside, and whose events are joined with that. Confined to one thread. */
public final class LiveJvm {
    private final LiveModel model;
    private final ProcessReader process;

    public LiveJvm(LiveModel model, ProcessReader process) {
        this.model = model;
        this.process = process;
    }

    /**
     * Takes a sample now.
     *
     * @throws IOException if the JVM has ended
     */
    public LiveSnapshot sample() throws IOException {
        LiveSnapshot snapshot = model.take(process.read(model::stack));
        if (process.noStacks() != null) {
            model.notice("stacks are not measured: " + process.noStacks());
        }
        return snapshot;
    }
}
