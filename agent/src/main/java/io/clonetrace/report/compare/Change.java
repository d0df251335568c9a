package io.clonetrace.report.compare;

/** What became of something since the baseline. */
public enum Change {
    APPEARED,
    GREW,
    SHRANK,
    GONE,
    SAME;

    /** For people and machines, in lower case. */
    public String label() {
        return switch (this) {
            case APPEARED -> "appeared";
            case GREW -> "grew";
            case SHRANK -> "shrank";
            case GONE -> "gone";
            case SAME -> "same";
        };
    }

    /** Of sizes of which a difference is none of chance. */
    static Change of(long old, long now) {
        return now > old ? GREW : now < old ? SHRANK : SAME;
    }
}
