/**
 * The agent's entry and its session: what is set up, in which order, and how it ends. {@code boot} calls the entry on
 * the thread that starts the agent; everything else runs on the session's one thread, named {@code clonetrace}, except
 * where a class says so. It wires the packages below together, and none of them may import it.
 */
package io.clonetrace.agent;
