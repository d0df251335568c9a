package io.clonetrace.run;

/**
 * The user that owns the files of a run.
 *
 * @param user the user ID
 * @param group the primary group's ID
 */
public record RunUser(int user, int group) {}
