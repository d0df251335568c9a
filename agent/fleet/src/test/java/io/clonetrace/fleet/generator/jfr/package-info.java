/**
 * A reader and a writer of flight recordings as the JDK writes them, to the single value: by the metadata of a
 * recording, nothing is known of any type beforehand. The tests' own, and independent of the code under test.
 */
package io.clonetrace.fleet.generator.jfr;
