package io.clonetrace.agent.jmx;

/** The status of a source: the fields of the event SourceStatus. */
public final class Source {
    private final String state;
    private final String reason;
    private final long seen;
    private final Long lost;

    /** @param lost null if it can't be known */
    public Source(String state, String reason, long seen, Long lost) {
        this.state = state;
        this.reason = reason;
        this.seen = seen;
        this.lost = lost;
    }

    /** active, refused, lost or stopped. */
    public String getState() {
        return state;
    }

    /** Why; null if there is no reason to give. */
    public String getReason() {
        return reason;
    }

    /** Clone calls that it saw; thread starts for the hook. */
    public long getSeen() {
        return seen;
    }

    /** How many are known to be missing; null if that can't be known. */
    public Long getLost() {
        return lost;
    }
}
