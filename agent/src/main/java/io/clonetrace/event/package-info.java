/**
 * The JFR events, field by field, and how JFR is set up. Names, fields and their order are an interface that other
 * tools read. It lies in the module {@code clonetrace.kept}, which stays in the JVM after a detach, since JFR never
 * forgets an event class; therefore it imports nothing of ours.
 */
package io.clonetrace.event;
