/**
 * The report as one self-contained HTML page: the same JSON, and the scripts and styles that draw it, which lie beside
 * this package as resources. Thread names are untrusted and never become markup.
 */
package io.clonetrace.report.html;
