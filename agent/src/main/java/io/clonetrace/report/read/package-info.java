/**
 * Reads recordings, sound or damaged, and fills the model. A recording is untrusted input: the structure of each chunk
 * is checked before the JDK's parser gets it, and memory does not grow with its size. Only this part of the report may
 * use {@code jdk.jfr}.
 */
package io.clonetrace.report.read;
