/**
 * The rules that turn the model into findings, each with its evidence, and the thresholds they use. Pure functions,
 * shared with the rules for JDK Mission Control.
 */
package io.clonetrace.report.finding;
