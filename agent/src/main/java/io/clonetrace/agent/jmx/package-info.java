/**
 * The MXBean {@code io.clonetrace:type=Threads}, and one for each creator of threads that is listed. They are
 * registered by the session's thread and answer on JMX's threads, several at once. Only this package may use
 * {@code java.management}, a module that a JVM may lack.
 */
package io.clonetrace.agent.jmx;
