package io.clonetrace.demoapp;

import io.clonetrace.demoapp.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The scenarios to run.
 *
 * @param scenarios in the order to run them, each once
 * @param byName true when the user named them, so that one this Java lacks is an error and not skipped
 */
record Selection(List<Scenario> scenarios, boolean byName) {

    /** Takes all when no name is given; throws IllegalArgumentException, naming the valid ones, for an unknown name. */
    static Selection of(List<Scenario> all, List<String> names) {
        if (names.isEmpty()) {
            return new Selection(all, false);
        }
        Map<String, Scenario> known = all.stream().collect(Collectors.toMap(Scenario::name, Function.identity()));
        List<Scenario> chosen = new ArrayList<>();
        for (String name : new LinkedHashSet<>(names)) {
            Scenario scenario = known.get(name);
            if (scenario == null) {
                String valid = all.stream().map(Scenario::name).collect(Collectors.joining(", "));
                throw new IllegalArgumentException("no scenario is named '" + name + "'; the names are " + valid);
            }
            chosen.add(scenario);
        }
        return new Selection(chosen, true);
    }
}
