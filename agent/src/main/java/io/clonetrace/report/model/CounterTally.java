package io.clonetrace.report.model;

/** What is only counted. */
final class CounterTally {
    private long virtualThreads = Event.ABSENT;
    private long virtualStarts;
    private long pinned;
    private long firstPinned = Event.ABSENT;
    private long processors = Event.ABSENT;
    private long rss = Event.ABSENT;
    private long rssAt = Event.ABSENT;
    private long peak = Event.ABSENT;
    private long lost;

    /** The agent's count since it is on; each chunk of a recording tells it. */
    void virtualThreads(long started) {
        virtualThreads = Math.max(virtualThreads, started);
    }

    void virtualThread() {
        virtualStarts++;
    }

    void pinned(long at) {
        pinned++;
        firstPinned = firstPinned < 0 ? at : Math.min(firstPinned, at);
    }

    /** What the JVM may use is told beside what the machine has, and is the less. */
    void processors(long count) {
        if (count > 0) {
            processors = processors < 0 ? count : Math.min(processors, count);
        }
    }

    void peak(long javaThreads) {
        peak = Math.max(peak, javaThreads);
    }

    void rss(long at, long bytes) {
        if (at > rssAt) {
            rssAt = at;
            rss = bytes;
        }
    }

    void lost(long bytes) {
        lost += Math.max(0, bytes);
    }

    Jvm.Counters counters() {
        long started = virtualThreads < 0 && virtualStarts > 0 ? virtualStarts : virtualThreads;
        return new Jvm.Counters(started, pinned, firstPinned, processors, rss, peak, lost);
    }
}
