/**
 * Our places in {@code java.base}: a step in the JVM's shutdown, and the listeners that it weaves into
 * {@code java.lang.Thread} with Byte Buddy, proves to be called, and takes out again. The build resolves the advice and
 * weaves it into a template; in a JVM the woven code is copied into {@code Thread}, and may name types of
 * {@code java.base} only. Installing and removing run on the thread that starts or ends the agent. Only this package
 * may use Byte Buddy, and it knows nothing of clones.
 */
package io.clonetrace.hook;
