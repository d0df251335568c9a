/**
 * JNA itself: loading its library without leaving files or properties in the host, and the C library's functions by
 * direct mapping, which costs a quarter of a call through an interface. Only packages of {@code linux} may import it.
 */
package io.clonetrace.linux.jna;
