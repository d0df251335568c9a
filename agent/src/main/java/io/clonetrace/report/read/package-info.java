/**
 * Reads recordings, sound or damaged, and fills the model; its memory does not grow with a recording's size. Only this
 * part of the report may use {@code jdk.jfr}: for the events of a JVM that runs.
 */
package io.clonetrace.report.read;
