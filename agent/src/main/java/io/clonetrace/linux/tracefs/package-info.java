/** Finds where tracefs is mounted, or makes a private mount of it, and reads its files without blocking. */
package io.clonetrace.linux.tracefs;
