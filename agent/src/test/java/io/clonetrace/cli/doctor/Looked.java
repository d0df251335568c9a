package io.clonetrace.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.cli.doctor.Ability.Answer;

/** What a check found. */
record Looked(Ability ability) {
    static Looked at(Ability ability) {
        return new Looked(ability);
    }

    Looked yes(String... parts) {
        return is(Answer.YES, parts);
    }

    Looked no(String... parts) {
        return is(Answer.NO, parts);
    }

    Looked open(String... parts) {
        return is(Answer.OPEN, parts);
    }

    /** It was read in that file of the made-up trees. */
    Looked in(String file) {
        assertTrue(ability.where().contains(file), ability::toString);
        return this;
    }

    private Looked is(Answer answer, String... parts) {
        assertEquals(answer, ability.answer(), ability::toString);
        for (String part : parts) {
            assertTrue((ability.found() + " -> " + ability.remedy()).contains(part), ability::toString);
        }
        return this;
    }
}
