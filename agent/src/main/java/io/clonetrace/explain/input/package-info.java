/** Opens what people have in hand and hands it out line by line. Used by {@code explain}; runs in a JVM of its own. */
package io.clonetrace.explain.input;
