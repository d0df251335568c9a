package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.tools.attach.VirtualMachine;
import io.clonetrace.it.host.Starter;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Attached;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import jdk.management.jfr.RemoteRecordingStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a monitoring tool sees of a JVM over JMX, on loopback, without any of clonetrace's classes. */
class JmxIT {
    private static final int BEFORE = 13;
    private static final int WATCHED = 53;
    private static final int MADE_FOR_JFR = 3;
    private static final long DEADLINE_NANOS = 60_000_000_000L;
    private static final long CHECK_NANOS = 50_000_000;
    private static final String SOURCE = OrdinaryUser.isRoot() ? "ebpf" : "ptrace";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    // A call over RMI has no timeout, and can't be interrupted.
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void beanAndStreamAgreeWithTheJvmsOwnCounts(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("jmx-" + jdk);
        Application application = new Application(jdk, folder);
        String agent = Artifacts.agent("source=" + SOURCE, Run.WAIT);
        try (Run run = Run.start(folder, "app", application.java(agent))) {
            Application.tell(run, BEFORE);
            Application.awaitStarted(run, BEFORE);
            // This is the first use of JMX in that JVM: the JDK's own management agent.
            try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(managementAgent(run)))) {
                MBeanServerConnection connection = connector.getMBeanServerConnection();
                ObjectName threads = awaitBean(connection);
                assertEquals(
                        "true", connection.getMBeanInfo(threads).getDescriptor().getFieldValue("mxbean"));
                reads(connection, threads);
                long started = started(connection);
                long clones = javaClones(connection, threads);
                streams(connection, run);
                countsCreators(connection, threads);
                agrees(connection, threads, clones - started);
                new Attached(jdk, folder, Artifacts.JAR, run, run.process().pid()).done("detach");
                assertEquals(Set.of(), connection.queryNames(new ObjectName("io.clonetrace:*"), null));
            }
            Application.end(run);
            assertEquals(List.of(), run.agentLines());
        }
    }

    /** With jmx=true the bean is there at once; otherwise the agent sets up nothing of JMX. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void noMBeanServerIsMadeUnlessAskedFor(Jdk jdk) throws Exception {
        String server = "com.sun.jmx.mbeanserver.JmxMBeanServer ";
        // As much as it takes to see that no MBean server was made.
        String looked = "javax.management.MBeanServerFactory ";
        assertFalse(loaded(jdk, "source=none", looked).contains(server), "the platform's MBean server was made");
        assertTrue(loaded(jdk, "source=none,jmx=true", server).contains(server), "jmx=true did not make it");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void missingModuleIsNamed(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("jmx-none-" + jdk));
        Run run = application.unchanged(application.java(
                "--limit-modules", "java.base,java.instrument,jdk.jfr", Artifacts.agent("source=none,jmx=true")));
        OneLine.said(run, "no MXBean", "java.management");
    }

    /** The classes that a JVM has loaded once it has loaded {@code awaited}. */
    private static String loaded(Jdk jdk, String options, String awaited) throws Exception {
        Path folder = Artifacts.folder("jmx-classes-" + jdk);
        Path log = folder.resolve("classes");
        List<String> java = new Application(jdk, folder).java("-Xlog:class+load:file=" + log, Artifacts.agent(options));
        try (Run run = Run.start(folder, "app", java)) {
            long deadline = System.nanoTime() + DEADLINE_NANOS;
            while (!Files.exists(log) || !Files.readString(log).contains(awaited)) {
                assertTrue(run.process().isAlive() && System.nanoTime() - deadline < 0, awaited);
                LockSupport.parkNanos(CHECK_NANOS);
            }
            Application.end(run);
            assertEquals(List.of(), run.agentLines());
            return Files.readString(log);
        }
    }

    private static String managementAgent(Run run) throws Exception {
        VirtualMachine jvm = VirtualMachine.attach(Long.toString(run.process().pid()));
        try {
            return jvm.startLocalManagementAgent();
        } finally {
            jvm.detach();
        }
    }

    private static ObjectName awaitBean(MBeanServerConnection connection) throws Exception {
        ObjectName name = new ObjectName("io.clonetrace:type=Threads");
        await(() -> connection.isRegistered(name), name);
        return name;
    }

    private static void await(Callable<Boolean> registered, ObjectName name) throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!registered.call()) {
            assertTrue(System.nanoTime() - deadline < 0, () -> name + " is not registered");
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    private static void reads(MBeanServerConnection connection, ObjectName threads) throws Exception {
        assertEquals(SOURCE, connection.getAttribute(threads, "Source"));
        assertEquals(SOURCE.equals("ebpf") ? 0L : null, connection.getAttribute(threads, "RefusedClones"));
        assertEquals(0L, connection.getAttribute(threads, "FailedStarts"));
        assertTrue((Long) connection.getAttribute(threads, "Alive") > 10);

        Map<String, CompositeData> sources = values(connection, threads, "Sources");
        assertEquals("active", sources.get(SOURCE).get("state"));
        assertEquals(0L, sources.get(SOURCE).get("lost"));
        assertEquals(0L, sources.get("hook").get("lost"));

        Map<String, CompositeData> stacks = values(connection, threads, "Stacks");
        CompositeData java = stacks.get("java");
        assertTrue((Long) java.get("threads") > 0, java::toString);
        assertTrue((Long) java.get("touched") > 0, java::toString);
        assertTrue((Long) java.get("touched") < (Long) java.get("reserved"), java::toString);

        Map<String, CompositeData> limits = values(connection, threads, "Limits");
        assertEquals(
                // Not readString: its first read is of one byte, and such a file has no second.
                Long.parseLong(Files.readAllLines(Path.of("/proc/sys/kernel/threads-max"))
                        .get(0)),
                limits.get("kernel.threads-max").get("max"));
        assertTrue((Long) limits.get("vm.max_map_count").get("room") > 0, limits::toString);
    }

    /** The threads that the application has started since the bean was there, at the line that started them. */
    private static void countsCreators(MBeanServerConnection connection, ObjectName threads) throws Exception {
        Map<String, CompositeData> creators = values(connection, threads, "Creators");
        String site = creators.keySet().stream()
                .filter(name -> name.startsWith(Starter.class.getName() + ".main:"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(creators));
        CompositeData count = creators.get(site);
        assertEquals((long) WATCHED, count.get("created"));
        assertEquals(0L, count.get("alive"));
        assertEquals(0L, count.get("reserved"));
        assertEquals("java", count.get("kind"));
        long alive =
                (Integer) connection.getAttribute(new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME), "ThreadCount");
        CompositeData unseen = creators.get("(not observed)");
        assertNull(unseen.get("created"));
        assertTrue((Long) unseen.get("alive") > 0 && (Long) unseen.get("alive") <= alive, creators::toString);

        ObjectName ofSite = new ObjectName("io.clonetrace:type=Creator,kind=java,creator=" + ObjectName.quote(site));
        await(() -> connection.isRegistered(ofSite), ofSite);
        assertEquals(site, connection.getAttribute(ofSite, "Creator"));
        assertEquals((long) WATCHED, connection.getAttribute(ofSite, "Created"));
        assertEquals(0L, connection.getAttribute(ofSite, "Alive"));

        Map<String, CompositeData> kinds = values(connection, threads, "Kinds");
        assertEquals(
                values(connection, threads, "Stacks").get("vm").get("threads"),
                kinds.get("vm").get("alive"));
        assertTrue((Long) kinds.get("java").get("created") >= WATCHED, kinds::toString);
        assertEquals(Map.of("unknown", 0L), table(connection, threads, "FailedStartsByLimit"));
        for (MBeanAttributeInfo attribute : connection.getMBeanInfo(threads).getAttributes()) {
            assertNotEquals(attribute.getName(), attribute.getDescription());
        }
    }

    /** Clonetrace's events in the JDK's remote stream. */
    private static void streams(MBeanServerConnection connection, Run run) throws Exception {
        BlockingQueue<String> started = new LinkedBlockingQueue<>();
        BlockingQueue<Long> flags = new LinkedBlockingQueue<>();
        try (RemoteRecordingStream stream = new RemoteRecordingStream(connection)) {
            stream.enable("clonetrace.ThreadStart");
            stream.enable("clonetrace.Clone");
            stream.onEvent("clonetrace.ThreadStart", event -> started.add(event.getString("childName")));
            stream.onEvent("clonetrace.Clone", event -> {
                if ("java".equals(event.getString("kind"))) {
                    flags.add(event.getLong("flags"));
                }
            });
            stream.startAsync();
            Application.tell(run, WATCHED);
            for (int i = 0; i < WATCHED; i++) {
                assertTrue(started.poll(60, TimeUnit.SECONDS) != null, "only " + i + " starts came");
                assertEquals(0x3d0f00L, flags.poll(60, TimeUnit.SECONDS));
            }
        }
    }

    /**
     * Each Java thread that the JVM's own bean counts becomes one of the clones seen, except for those that the VM
     * makes for JFR without Thread.start.
     */
    private static void agrees(MBeanServerConnection connection, ObjectName threads, long difference) throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        long now = javaClones(connection, threads) - started(connection);
        while (now < difference - MADE_FOR_JFR || now > difference) {
            long last = now;
            assertTrue(System.nanoTime() - deadline < 0, () -> "the difference was " + difference + ", and is " + last);
            LockSupport.parkNanos(CHECK_NANOS);
            now = javaClones(connection, threads) - started(connection);
        }
    }

    private static long started(MBeanServerConnection connection) throws Exception {
        return (Long) connection.getAttribute(
                new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME), "TotalStartedThreadCount");
    }

    private static long javaClones(MBeanServerConnection connection, ObjectName threads) throws Exception {
        return (Long) table(connection, threads, "Clones").get("java");
    }

    private static Map<String, CompositeData> values(MBeanServerConnection connection, ObjectName bean, String name)
            throws Exception {
        return table(connection, bean, name).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> (CompositeData) entry.getValue()));
    }

    /** A map in the form that JMX transports. */
    private static Map<String, Object> table(MBeanServerConnection connection, ObjectName bean, String name)
            throws Exception {
        Map<String, Object> table = new TreeMap<>();
        for (Object row : ((TabularData) connection.getAttribute(bean, name)).values()) {
            table.put((String) ((CompositeData) row).get("key"), ((CompositeData) row).get("value"));
        }
        return table;
    }
}
