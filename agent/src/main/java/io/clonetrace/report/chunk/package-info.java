/**
 * The binary form of one chunk of a flight recording: its events, their types and the constants that they refer to. A
 * chunk is untrusted input: no value is read beyond what holds it, and what is damaged is passed over. The values of an
 * event are read when they are asked for.
 */
package io.clonetrace.report.chunk;
