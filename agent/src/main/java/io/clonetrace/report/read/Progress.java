package io.clonetrace.report.read;

/** Receives the progress of reading. */
public interface Progress {
    /** Ignores it. */
    Progress NONE = (file, number, of, events) -> {};

    /**
     * Called every now and then.
     *
     * @param file the one that is being read
     * @param number its number, from 1
     * @param of how many there are
     * @param events how many events have been read of all
     */
    void at(String file, int number, int of, long events);
}
