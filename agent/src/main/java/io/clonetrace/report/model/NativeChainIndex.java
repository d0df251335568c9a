package io.clonetrace.report.model;

import java.util.Optional;

/** Chains of native frames, while their events come. What is kept is bounded. */
public final class NativeChainIndex {
    private final NativeChains chains = new NativeChains(new Interner());

    /** Adds one, a {@code clonetrace.NativeStack}. */
    public void add(Event event) {
        chains.add(event);
    }

    /** The chain with that id: of several, the one that was recorded nearest to that time. */
    public Optional<NativeChain> find(long id, long at) {
        return id < 0 ? Optional.empty() : chains.find(id, at);
    }
}
