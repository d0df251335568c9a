/**
 * The report for a terminal, at most 80 columns wide. Thread names are untrusted and are cleaned of control characters
 * here.
 */
package io.clonetrace.report.text;
