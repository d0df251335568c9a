package io.clonetrace.agent.jmx;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

/** An MXBean's registration in the platform's MBean server. Loaded only if the JVM has the module java.management. */
public final class Registration {
    /** The name of the bean of all threads. */
    static final String THREADS = "io.clonetrace:type=Threads";

    private final MBeanServer server;
    private final ObjectName name;

    private Registration(MBeanServer server, ObjectName name) {
        this.server = server;
        this.name = name;
    }

    /**
     * Whether something uses the platform's MBean server. Asking the platform for it would create it, and initialize
     * the JDK's logging, which an application may want to do itself; so this looks for it among the existing servers.
     */
    public static boolean isServerInUse() {
        for (MBeanServer one : MBeanServerFactory.findMBeanServer(null)) {
            // An application may have its own servers. This bean is registered last before the platform's is returned.
            if (one.isRegistered(named(ManagementFactory.RUNTIME_MXBEAN_NAME))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Registers the bean, and creates the server if there is none.
     *
     * @throws IllegalStateException if that is refused: the name is taken, or a security manager forbids it
     */
    static <T> Registration of(String name, T bean, Class<T> type) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName itsName = named(name);
        try {
            server.registerMBean(new DescribedBean(bean, type), itsName);
        } catch (JMException refused) {
            throw new IllegalStateException(refused.toString(), refused);
        }
        return new Registration(server, itsName);
    }

    /**
     * Unregisters it, unless something else has.
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
