/**
 * Micro-benchmarks by JMH of the parts that application threads run or that grow with the number of threads. Run by
 * {@code scripts/bench.sh}, never by a test.
 */
package io.clonetrace.micro;
