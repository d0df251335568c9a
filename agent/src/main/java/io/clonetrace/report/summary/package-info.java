/**
 * Sums over the JVMs of a report: threads by kind, stacks by kind, creators by call site. Pure functions of the model,
 * which every form of output and the findings use; the rules for JDK Mission Control share them.
 */
package io.clonetrace.report.summary;
