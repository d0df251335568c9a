package io.clonetrace.fleet.generator;

import java.io.File;
import org.openjdk.jmc.common.item.IItemIterable;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;

/**
 * Reads recordings by the parser of Mission Control, one after the other, and counts the events; run by
 * scripts/bench/fleet.sh.
 */
public final class JmcRead {
    private JmcRead() {}

    public static void main(String[] files) throws Exception {
        long events = 0;
        for (String file : files) {
            for (IItemIterable items : JfrLoaderToolkit.loadEvents(new File(file))) {
                events += items.getItemCount();
            }
        }
        System.out.println(events + " events");
    }
}
