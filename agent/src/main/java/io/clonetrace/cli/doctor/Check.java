package io.clonetrace.cli.doctor;

/** Looks for one {@link Ability}. */
@FunctionalInterface
interface Check {
    Ability look();
}
