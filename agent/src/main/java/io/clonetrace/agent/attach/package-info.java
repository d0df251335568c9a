/**
 * What the command line and the agent tell each other when the agent is loaded into a running JVM: the options with the
 * request in front, the agent's answer through a file, and the file that asks it to detach. The writing half runs in
 * the command, the reading half in the JVM.
 */
package io.clonetrace.agent.attach;
