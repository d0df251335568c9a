package io.clonetrace.agent.jmx;

/** A limit on threads and how much of it is used. */
public final class Limit {
    private final Long used;
    private final Long max;
    private final Long room;
    private final String location;

    /**
     * @param used how much is in use, in the limit's own unit; null if unknown
     * @param max the limit; null if there is none, or if it could not be read
     * @param room how many more threads fit; null if unknown or unlimited
     * @param location where it was read
     */
    public Limit(Long used, Long max, Long room, String location) {
        this.used = used;
        this.max = max;
        this.room = room;
        this.location = location;
    }

    /** How much is in use, in the limit's own unit; null if unknown. */
    public Long getUsed() {
        return used;
    }

    /** The limit; null if there is none, or if it could not be read. */
    public Long getMax() {
        return max;
    }

    /** How many more threads fit; null if unknown or unlimited. */
    public Long getRoom() {
        return room;
    }

    /** Where it was read, and what the numbers mean there. */
    public String getLocation() {
        return location;
    }
}
