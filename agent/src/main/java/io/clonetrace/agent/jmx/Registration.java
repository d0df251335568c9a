package io.clonetrace.agent.jmx;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** The bean in the platform's MBean server. Loaded only where the JVM has the module java.management. */
public final class Registration {
    /** The bean's name. */
    public static final String NAME = "io.clonetrace:type=Threads";

    private final MBeanServer server;
    private final ObjectName name;

    private Registration(MBeanServer server, ObjectName name) {
        this.server = server;
        this.name = name;
    }

    /**
     * Whether something has asked for the platform's MBean server. To ask the platform for it would make it, and with
     * it a logging of the JDK's that a host may want to set up itself; so the list of those that exist is looked at.
     */
    public static boolean isAskedFor() {
        for (MBeanServer one : MBeanServerFactory.findMBeanServer(null)) {
            // A host may have servers of its own; this is in the platform's, the last before it is handed out.
            if (one.isRegistered(named(ManagementFactory.RUNTIME_MXBEAN_NAME))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Registers the bean, and makes the server where there is none.
     *
     * @throws IllegalStateException if that is refused: another has the name, a security manager forbids it
     */
    public static Registration of(ThreadsMXBean bean) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = named(NAME);
        try {
            // The interface is named, because the class that has it need not be public.
            server.registerMBean(new StandardMBean(bean, ThreadsMXBean.class, true), name);
        } catch (JMException refused) {
            throw new IllegalStateException(refused.toString(), refused);
        }
        return new Registration(server, name);
    }

    /**
     * Takes it out again, if nobody else has.
     *
     * @throws IllegalStateException if that is refused
     */
    public void end() {
        try {
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
        } catch (JMException refused) {
            throw new IllegalStateException(refused.toString(), refused);
        }
    }

    private static ObjectName named(String name) {
        try {
            return new ObjectName(name);
        } catch (JMException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }
}
