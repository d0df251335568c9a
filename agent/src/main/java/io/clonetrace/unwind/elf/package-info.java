/**
 * Readers of ELF files (elf(5)): segments, symbols, build-ids, call frame information. All input is hostile: a file may
 * be damaged, cut off or replaced while it is read. No access to processes.
 */
package io.clonetrace.unwind.elf;
