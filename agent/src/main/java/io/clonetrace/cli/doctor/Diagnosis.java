package io.clonetrace.cli.doctor;

import java.util.List;

/**
 * What doctor found.
 *
 * @param sections the abilities, by whose they are
 * @param observable whether clone flags can be observed
 * @param verdict the same in words: by which sources
 * @param advice the one best thing to do; empty if nothing is left to say
 */
public record Diagnosis(List<Section> sections, boolean observable, String verdict, String advice) {
    /** Abilities that belong together. */
    public record Section(String title, List<Ability> abilities) {}
}
