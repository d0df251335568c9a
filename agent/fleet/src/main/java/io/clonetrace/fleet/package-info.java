/** Recordings of many JVMs: the entry of clonetrace-fleet.jar. */
package io.clonetrace.fleet;
