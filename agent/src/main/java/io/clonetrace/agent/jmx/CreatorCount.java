package io.clonetrace.agent.jmx;

import io.clonetrace.agent.creators.Creator;

/** The threads of one creator. */
public final class CreatorCount {
    private final String kind;
    private final Long created;
    private final Long alive;
    private final Long reserved;
    private final Long touched;

    /** Each number is null if it was not observed. */
    CreatorCount(String kind, Long created, Long alive, Long reserved, Long touched) {
        this.kind = kind;
        this.created = created;
        this.alive = alive;
        this.reserved = reserved;
        this.touched = touched;
    }

    /** @param aliveIsKnown whether all ends of its threads were seen */
    static CreatorCount of(Creator creator, boolean aliveIsKnown) {
        return new CreatorCount(
                creator.kind().label(),
                creator.created(),
                aliveIsKnown ? creator.alive() : null,
                aliveIsKnown ? Numbers.known(creator.reserved()) : null,
                Numbers.known(creator.touched()));
    }

    /** {@code java} or {@code native}. */
    public String getKind() {
        return kind;
    }

    /** Threads that it has created. */
    public Long getCreated() {
        return created;
    }

    /** Threads of these that live. */
    public Long getAlive() {
        return alive;
    }

    /** Bytes of address space of the live threads' stacks. */
    public Long getReserved() {
        return reserved;
    }

    /** Bytes of these in memory, as of the last measure. */
    public Long getTouched() {
        return touched;
    }
}
