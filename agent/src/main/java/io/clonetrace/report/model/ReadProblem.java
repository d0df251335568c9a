package io.clonetrace.report.model;

/**
 * A file of which not everything could be read.
 *
 * @param problem what is missing, and why, for people
 */
public record ReadProblem(String file, String problem) {}
