package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.recording.DemoRecording;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmc.common.item.IAccessorKey;
import org.openjdk.jmc.common.item.IItem;
import org.openjdk.jmc.common.item.IItemCollection;
import org.openjdk.jmc.common.item.IItemIterable;
import org.openjdk.jmc.common.item.IType;
import org.openjdk.jmc.common.unit.ContentType;
import org.openjdk.jmc.common.unit.IQuantity;
import org.openjdk.jmc.common.unit.UnitLookup;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;

/** JDK Mission Control's parser reads clonetrace's events as the JDK's does, and knows their units. */
class JmcIT {
    private static final Map<String, Map<String, ContentType<?>>> KINDS = Map.of(
            "clonetrace.ThreadStart",
            Map.of(
                    "requestedStackSize", UnitLookup.MEMORY,
                    "stackBase", UnitLookup.ADDRESS,
                    "stackSize", UnitLookup.MEMORY),
            "clonetrace.Clone",
            Map.of(
                    "flags", UnitLookup.ADDRESS,
                    "stack", UnitLookup.ADDRESS,
                    "stackSize", UnitLookup.MEMORY,
                    "tls", UnitLookup.ADDRESS,
                    "observedAt", UnitLookup.TIMESTAMP),
            "clonetrace.ThreadStack",
            Map.of(
                    "base", UnitLookup.ADDRESS,
                    "reserved", UnitLookup.MEMORY,
                    "guard", UnitLookup.MEMORY,
                    "touched", UnitLookup.MEMORY,
                    "huge", UnitLookup.MEMORY,
                    "depth", UnitLookup.MEMORY));

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jmcReadsValuesWithTheirUnits(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("jmc-" + jdk);
        Instant before = Instant.now();
        Path recording = DemoRecording.make(jdk, folder);
        Instant after = Instant.now();
        Recorded recorded = Recorded.read(recording);
        IItemCollection events = JfrLoaderToolkit.loadEvents(recording.toFile());
        for (Map.Entry<String, Map<String, ContentType<?>>> kinds : KINDS.entrySet()) {
            List<String> jmc = new ArrayList<>();
            for (IItemIterable items : events) {
                if (items.getType().getIdentifier().equals(kinds.getKey())) {
                    items.forEach(item -> jmc.add(
                            values(items.getType(), item, kinds.getValue()).toString()));
                }
            }
            List<String> jdks = recorded.named(kinds.getKey()).stream()
                    .map(event -> values(event, kinds.getValue()).toString())
                    .toList();
            assertTrue(!jdks.isEmpty(), kinds.getKey());
            assertEquals(jdks.stream().sorted().toList(), jmc.stream().sorted().toList(), kinds.getKey());
        }
        for (RecordedEvent clone : recorded.named("clonetrace.Clone")) {
            Instant at = clone.getInstant("observedAt");
            assertTrue(at.plusMillis(1).isAfter(before) && at.isBefore(after), clone::toString);
        }
    }

    private static Map<String, Long> values(IType<IItem> type, IItem item, Map<String, ContentType<?>> kinds) {
        Map<String, Long> values = new TreeMap<>();
        for (IAccessorKey<?> key : type.getAccessorKeys().keySet()) {
            ContentType<?> kind = kinds.get(key.getIdentifier());
            if (kind != null) {
                assertEquals(kind, key.getContentType(), key.getIdentifier());
                IQuantity value = (IQuantity) type.getAccessor(key).getMember(item);
                values.put(key.getIdentifier(), value.clampedLongValueIn(value.getUnit()));
            }
        }
        return values;
    }

    private static Map<String, Long> values(RecordedEvent event, Map<String, ContentType<?>> kinds) {
        Map<String, Long> values = new TreeMap<>();
        kinds.keySet().forEach(field -> values.put(field, event.getLong(field)));
        return values;
    }
}
