/** The programs that the benchmarks run, with and without an agent. They depend on the JDK alone. */
package io.clonetrace.demoapp.bench;
