/**
 * The MXBean {@code io.clonetrace:type=Threads}. It is registered by the session's thread and answers on JMX's threads,
 * several at once. Only this package may use {@code java.management}, a module that a JVM may lack.
 */
package io.clonetrace.agent.jmx;
