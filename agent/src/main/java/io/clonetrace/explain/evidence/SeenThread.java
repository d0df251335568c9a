package io.clonetrace.explain.evidence;

/**
 * A thread in a list of threads.
 *
 * @param name hostile input; null if the text has none
 * @param tid the kernel's number of it; {@link Document#UNKNOWN} if not stated
 * @param javaId what {@code Thread.threadId} answers; {@link Document#UNKNOWN} if not stated
 * @param stackSize bytes that its stack reserves, the guard zone with it; {@link Document#UNKNOWN} if not stated
 * @param state as the text has it, such as {@code TIMED_WAITING (sleeping)} or {@code _thread_blocked}; null if not
 *     told
 */
public record SeenThread(
        ThreadKind kind, String name, long tid, long javaId, long stackSize, String state, Place place) {}
