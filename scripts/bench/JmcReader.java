import java.io.File;
import org.openjdk.jmc.common.item.IItem;
import org.openjdk.jmc.common.item.IItemIterable;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;

/** Reads a recording with JDK Mission Control's parser, and counts clonetrace's events: a row of scripts/bench.sh. */
class JmcReader {
    public static void main(String[] arguments) throws Exception {
        long count = 0;
        for (IItemIterable events : JfrLoaderToolkit.loadEvents(new File(arguments[0]))) {
            if (events.getType().getIdentifier().startsWith("clonetrace.")) {
                for (IItem event : events) {
                    count++;
                }
            }
        }
        System.out.println(count);
    }
}
