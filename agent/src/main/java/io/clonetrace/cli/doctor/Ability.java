package io.clonetrace.cli.doctor;

import java.util.Locale;

/**
 * One thing that clonetrace needs or can use, and whether it is there.
 *
 * @param name what it is called
 * @param found what was found, in a person's words
 * @param where where that was read, or how it was found out; empty if the words say it
 * @param remedy what to do about it; empty if there is nothing to do
 */
public record Ability(String name, Answer answer, String found, String where, String remedy) {
    /** Whether it is there. */
    public enum Answer {
        YES,
        NO,
        /** It can't be told, or does not matter here. */
        OPEN;

        /** As the table has it. */
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
