package io.clonetrace.demoapp;

import io.clonetrace.demoapp.scenario.Availability;
import io.clonetrace.demoapp.scenario.Scenario;

/** What {@code --list} says of one scenario. */
final class ListLine {

    private ListLine() {}

    static String of(Scenario scenario) {
        Availability available = scenario.available();
        String lacking = available.here() ? "" : " (not here: needs " + available.needs() + ")";
        return "%-18s %s%s".formatted(scenario.name(), scenario.description(), lacking);
    }
}
