/** Recordings as the JDK's own tools read them: its parser and {@code jfr print}. */
package io.clonetrace.it.recording;
