/**
 * Integration tests: each forks a real JVM with the packaged jar and compares what was recorded with a truth from
 * outside our code. The names say the capability.
 */
package io.clonetrace.it;
