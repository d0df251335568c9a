/** Where tracefs is mounted, or a private mount of it, and files of it that are read without waiting. */
package io.clonetrace.linux.tracefs;
