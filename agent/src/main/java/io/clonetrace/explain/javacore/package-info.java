/** OpenJ9's javacores: limits and threads. Used by {@code explain}; runs in a JVM of its own. */
package io.clonetrace.explain.javacore;
