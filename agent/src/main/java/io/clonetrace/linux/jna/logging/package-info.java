/**
 * Stands in for {@code java.util.logging} in JNA's classes (a relocation in the build): the real one's set-up breaks
 * servers that install a log manager of their own.
 */
package io.clonetrace.linux.jna.logging;
