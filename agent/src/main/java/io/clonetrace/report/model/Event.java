package io.clonetrace.report.model;

/**
 * One event of a flight recording, independent of the parser. What an event lacks, because the recording is of another
 * version or the value is null, is absent: {@link #ABSENT} or null, never an exception.
 */
public interface Event {
    /** A number that is not there; our own events write the same for what they could not observe. */
    long ABSENT = -1;

    /** The type's full name, such as {@code clonetrace.Clone} or {@code jdk.ThreadEnd}. */
    String type();

    /** When it began, in nanoseconds since the epoch. */
    long start();

    /** A field's text; null if there is none. A thread or class answers null. */
    String text(String field);

    /** A field's number, as it was written: bytes, ids, counts. */
    long number(String field);

    /** The time that a field holds, in nanoseconds since the epoch. */
    long time(String field);

    /** The name of the class that a field refers to; null if there is none. */
    String className(String field);

    /** The thread that a field refers to; null if there is none. */
    ThreadRef thread(String field);

    /** The thread that committed the event; null if there is none. */
    ThreadRef eventThread();

    /** Where it was committed; null if that was not recorded. */
    StackTrace stackTrace();

    /** The same event, for as long as it is wanted: it may itself be valid only until its reader goes on. */
    default Event kept() {
        return this;
    }

    /**
     * A thread that an event refers to.
     *
     * @param javaId what {@code Thread.threadId} answers; 0 or less if it is no Java thread
     * @param tid the kernel's id; {@link Event#ABSENT} if not recorded
     * @param name its name, or null
     * @param group the name of its thread group, or null
     */
    public record ThreadRef(long javaId, long tid, String name, String group) {
        public boolean isJava() {
            return javaId > 0;
        }
    }
}
