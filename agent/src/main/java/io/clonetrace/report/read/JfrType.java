package io.clonetrace.report.read;

import io.clonetrace.report.model.JvmBuilder;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;

/**
 * An event type of a chunk. JFR's parser looks through all fields for each that is asked for, so this is found out
 * once.
 *
 * @param taken whether the model has a use for such events
 * @param fields the names of its fields
 */
record JfrType(String name, boolean taken, Set<String> fields) {
    static JfrType of(EventType type) {
        return new JfrType(
                type.getName(),
                JvmBuilder.takes(type.getName()),
                type.getFields().stream().map(ValueDescriptor::getName).collect(Collectors.toUnmodifiableSet()));
    }
}
