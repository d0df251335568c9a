/**
 * Files, folders, pipes and sockets by descriptor ({@code openat(2)} and its kin), for places in which another user may
 * rename and replace things at any moment. Nothing here follows a name twice. Used by commands that may run as root,
 * and for the pipes of tracers.
 */
package io.clonetrace.linux.file;
