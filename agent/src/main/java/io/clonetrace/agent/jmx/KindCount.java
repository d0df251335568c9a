package io.clonetrace.agent.jmx;

/** The tasks of one kind. */
public final class KindCount {
    private final Long created;
    private final Long alive;

    /** Each number is null if it was not observed. */
    KindCount(Long created, Long alive) {
        this.created = created;
        this.alive = alive;
    }

    /** Tasks created since the agent started. */
    public Long getCreated() {
        return created;
    }

    /** Tasks alive at the last measure, whenever they were created. */
    public Long getAlive() {
        return alive;
    }
}
