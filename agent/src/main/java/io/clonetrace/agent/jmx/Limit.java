package io.clonetrace.agent.jmx;

/** A limit on threads and how much of it is used. */
public final class Limit {
    private final long used;
    private final long max;
    private final long room;
    private final String location;

    /**
     * @param used how much is in use, in the limit's own unit; -1 if unknown
     * @param max the limit; -1 if there is none, or if it could not be read
     * @param room how many more threads fit; -1 if unknown or unlimited
     * @param location where it was read
     */
    public Limit(long used, long max, long room, String location) {
        this.used = used;
        this.max = max;
        this.room = room;
        this.location = location;
    }

    /** How much is in use, in the limit's own unit; -1 if unknown. */
    public long getUsed() {
        return used;
    }

    /** The limit; -1 if there is none, or if it could not be read. */
    public long getMax() {
        return max;
    }

    /** How many more threads fit; -1 if unknown or unlimited. */
    public long getRoom() {
        return room;
    }

    /** Where it was read, and what the numbers mean there. */
    public String getLocation() {
        return location;
    }
}
