package io.clonetrace.it.host;

import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * Reads, as an exporter inside the JVM would, the limits that the agent reports, and prints {@code NAME MAX LOCATION}.
 */
public final class Limits {
    private static final long CHECK_NANOS = 20_000_000;

    private Limits() {}

    /** Waits for the bean; the test has the deadline. */
    public static void main(String[] arguments) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName threads = new ObjectName("io.clonetrace:type=Threads");
        while (!server.isRegistered(threads)) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
        for (Object row : ((TabularData) server.getAttribute(threads, "Limits")).values()) {
            CompositeData limit = (CompositeData) ((CompositeData) row).get("value");
            System.out.println(((CompositeData) row).get("key") + " " + limit.get("max") + " " + limit.get("location"));
        }
    }
}
