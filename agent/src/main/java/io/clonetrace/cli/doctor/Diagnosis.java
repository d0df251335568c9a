package io.clonetrace.cli.doctor;

import java.util.List;

/**
 * The result of doctor.
 *
 * @param sections the abilities, grouped
 * @param observable whether clone flags can be observed
 * @param verdict the same in words, with the sources
 * @param advice the best next step; empty if there is none
 */
public record Diagnosis(List<Section> sections, boolean observable, String verdict, String advice) {
    /** Abilities that belong together. */
    public record Section(String title, List<Ability> abilities) {}
}
