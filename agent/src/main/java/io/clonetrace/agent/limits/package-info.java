/**
 * The limits on threads from inside the JVM: which one refused a thread, how far each is used, and whether the agent
 * itself may start. Which limit refused a start is found out on the thread whose start failed; the rest runs on the
 * session's thread. Reads {@code /proc} and cgroup files through {@code limit}.
 */
package io.clonetrace.agent.limits;
