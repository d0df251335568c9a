/**
 * {@link io.clonetrace.junit.ThreadLeaks}: a JUnit Jupiter extension that fails a test which leaves threads alive.
 * Called by JUnit, in the JVM of the tests and in their class loader, and by the agent before each
 * {@code Thread.start}. It sees nothing of the agent but a slot of java.base.
 */
package io.clonetrace.junit;
