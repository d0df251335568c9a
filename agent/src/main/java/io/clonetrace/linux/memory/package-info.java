/**
 * This process's memory outside the JVM's own: mapped pages, machine code, reading an address that may not be mapped,
 * and counting the pages in memory by {@code mincore}, {@code PROCMAP_QUERY} and {@code PAGEMAP_SCAN}. Runs on the
 * agent's thread and on dying application threads, so the measuring calls neither allocate nor block.
 */
package io.clonetrace.linux.memory;
