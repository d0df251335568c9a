/**
 * The native clone demo: makes a task in every way there is, bare {@code clone} calls included, and compares what the
 * source saw of them. It runs in a JVM that the user asked to run it ({@code demo=true} or {@code clonetrace demo}), on
 * a thread of its own. The child of a bare clone executes a few bytes of machine code only, and never enters the C
 * library or the JVM.
 */
package io.clonetrace.demo;
