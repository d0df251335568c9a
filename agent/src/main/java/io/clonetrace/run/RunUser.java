package io.clonetrace.run;

/**
 * A user whom files are given to.
 *
 * @param user its number
 * @param group its first group's number
 */
public record RunUser(int user, int group) {}
