/**
 * Measures thread stacks and commits them as events: all live threads now and then, on the session's thread, and each
 * Java thread as it ends, on that thread itself. What a dying thread measures goes through a bounded ring to the
 * session's thread, because a dying thread may not allocate. Reads {@code /proc}, the page table and HotSpot's
 * structures of this process.
 */
package io.clonetrace.agent.stacks;
