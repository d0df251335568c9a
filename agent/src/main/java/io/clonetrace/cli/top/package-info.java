/**
 * A running JVM on the screen: the commands {@code top} and {@code list}, what they attach and record for it, the pages
 * that are drawn from the model, and the keys. Only {@code TerminalScreen} knows a terminal. Runs in a JVM of its own.
 */
package io.clonetrace.cli.top;
