/**
 * Clone flags, calls and system calls as values: the tables of the kernel's headers, the rules of which flags go
 * together, the flag sets of known library functions. Pure Java without any input or output; it runs everywhere, in
 * rules for JDK Mission Control too, and imports nothing.
 */
package io.clonetrace.clone;
