/**
 * JFR as the agent uses it: whether a recording is on, the agent's own recording of {@code record=FILE}, the guard
 * against a full disk, and the status of each source as events. Runs on the session's thread and in JFR's callbacks,
 * which run on the thread that ends a chunk and must return soon.
 */
package io.clonetrace.agent.recording;
