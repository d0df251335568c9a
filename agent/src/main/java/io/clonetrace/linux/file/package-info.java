/**
 * Files, folders, pipes and sockets by descriptor ({@code openat(2)} and its kin), for places in which another user may
 * rename and replace things at any moment. Nothing here follows a name twice. Used by commands that may run as root,
 * for the pipes of tracers, and for a terminal's width.
 */
package io.clonetrace.linux.file;
