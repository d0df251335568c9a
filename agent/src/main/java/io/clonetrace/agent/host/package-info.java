/**
 * How the agent behaves as a guest in another program's JVM: its own threads, its lines on standard error, what it
 * counts instead of throwing, and modules that the JVM may lack. Used by every other package of the agent, on any
 * thread.
 */
package io.clonetrace.agent.host;
