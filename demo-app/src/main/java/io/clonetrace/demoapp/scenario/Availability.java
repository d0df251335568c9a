package io.clonetrace.demoapp.scenario;

import java.util.Arrays;

/**
 * Whether the running Java has what a scenario needs.
 *
 * @param here true when the scenario can run
 * @param needs what it needs, for a person to read; empty when every Java since 17 has it
 */
public record Availability(boolean here, String needs) {

    static final Availability ALWAYS = new Availability(true, "");

    static Availability since(int feature) {
        return new Availability(Runtime.version().feature() >= feature, "Java " + feature + " or later");
    }

    /** An image made by jlink has only the modules its maker chose. */
    static Availability modules(String... names) {
        boolean here = Arrays.stream(names)
                .allMatch(name -> ModuleLayer.boot().findModule(name).isPresent());
        return new Availability(here, "the modules " + String.join(" and ", names));
    }
}
