/**
 * Our code that runs on application threads: the listeners behind the woven {@code Thread.start} and
 * {@code Thread.exit}, the starts that are under way, and the starts that failed. Runs on application threads, so it
 * must not block, throw or take a lock; on a dying thread it must not allocate either. Uses the hook, and commits the
 * start events.
 */
package io.clonetrace.agent.starts;
