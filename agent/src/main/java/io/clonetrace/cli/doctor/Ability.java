package io.clonetrace.cli.doctor;

import java.util.Locale;

/**
 * Something that clonetrace needs or can use, and whether it is available.
 *
 * @param name its name
 * @param found what was found, for people
 * @param where where it was read, or how it was found out; empty if {@code found} says it
 * @param remedy what to do; empty if there is nothing to do
 */
public record Ability(String name, Answer answer, String found, String where, String remedy) {
    /** Whether it is available. */
    public enum Answer {
        YES,
        NO,
        /** It is not known, or does not matter here. */
        OPEN;

        /** The word in the table. */
        public String label() {
            return this == OPEN ? "-" : name().toLowerCase(Locale.ROOT);
        }
    }

    static Ability yes(String name, String found, String where) {
        return new Ability(name, Answer.YES, found, where, "");
    }

    static Ability no(String name, String found, String where, String remedy) {
        return new Ability(name, Answer.NO, found, where, remedy);
    }

    static Ability open(String name, String found, String where) {
        return new Ability(name, Answer.OPEN, found, where, "");
    }
}
