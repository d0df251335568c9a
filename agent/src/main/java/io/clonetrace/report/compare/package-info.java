/**
 * Compares the recordings of a report with earlier ones, the baseline: what grew, shrank, appeared or went. Pure: no
 * file is read here, and nothing printed.
 */
package io.clonetrace.report.compare;
