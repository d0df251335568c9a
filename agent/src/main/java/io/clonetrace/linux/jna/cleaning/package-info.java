/** Stands in for JNA's cleaner (a relocation in the build), which would start a thread in the host. */
package io.clonetrace.linux.jna.cleaning;
