package io.clonetrace.report.model;

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
