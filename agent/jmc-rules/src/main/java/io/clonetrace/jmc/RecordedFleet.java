package io.clonetrace.jmc;

import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.model.FleetBuilder.FileEvents;
import io.clonetrace.report.model.JvmBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.openjdk.jmc.common.item.IItem;
import org.openjdk.jmc.common.item.IItemCollection;
import org.openjdk.jmc.common.item.IItemIterable;

/** The report's model of what JMC has loaded; all rules read the same collection, one by one or concurrently. */
final class RecordedFleet {
    private static final String JVM = "jdk.JVMInformation";
    private static final String SETTING = "jdk.ActiveSetting";

    private static final Map<IItemCollection, Fleet> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    private RecordedFleet() {}

    static Fleet of(IItemCollection items) {
        // Other threads wait: reading twice would take longer.
        return KNOWN.computeIfAbsent(items, RecordedFleet::read);
    }

    private static Fleet read(IItemCollection items) {
        FleetBuilder fleet = new FleetBuilder();
        FileEvents events = fleet.file();
        JmcTraces traces = new JmcTraces();
        List<IItemIterable> types = new ArrayList<>();
        items.forEach(types::add);
        // The JVM's own event first: events before it would have to wait.
        types.sort(Comparator.comparing(type -> !type.getType().getIdentifier().equals(JVM)));
        for (IItemIterable of : types) {
            JmcType type = new JmcType(of.getType(), traces);
            for (IItem item : of) {
                take(new JmcEvent(type, item), events);
            }
        }
        events.endChunk();
        return fleet.build();
    }

    private static void take(JmcEvent event, FileEvents events) {
        if (JvmBuilder.takes(event.type())) {
            events.add(event);
            events.enabled(event.type());
            return;
        }
        if (event.type().equals(SETTING)
                && "enabled".equals(event.text("name"))
                && "true".equals(event.text("value"))) {
            events.enabled(event.settingOf());
        }
        events.at(event.start());
    }
}
