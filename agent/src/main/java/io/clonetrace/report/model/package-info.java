/**
 * What a report says, as records: threads, clones, flag sets, stacks, limits, sources. Pure values that every form of
 * output reads; the rules for JDK Mission Control share them.
 */
package io.clonetrace.report.model;
