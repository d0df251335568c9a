package io.clonetrace.agent.jmx;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.JdkModule;
import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.recording.StatusLog;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Registers the MXBean once something else in this JVM uses JMX: otherwise the agent would set up what the application
 * may not want, or wants to set up itself.
 */
public final class JmxPart implements SessionPart {
    private static final String MODULE = "java.management";
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<ThreadsBean> maker;
    private final Supplier<List<StatusLog.Status>> sources;
    private final boolean atOnce;
    private ThreadsBean bean;
    private Registration registration;
    private long next = System.nanoTime() + CHECK_NANOS;
    private boolean refused;

    private JmxPart(Supplier<ThreadsBean> maker, Supplier<List<StatusLog.Status>> sources, boolean atOnce) {
        this.maker = maker;
        this.sources = sources;
        this.atOnce = atOnce;
    }

    /** Adds it to the parts, unless this JVM has no JMX. */
    public static void addTo(
            List<SessionPart> parts,
            boolean atOnce,
            Supplier<ThreadsBean> maker,
            Supplier<List<StatusLog.Status>> sources) {
        if (JdkModule.isThere(MODULE)) {
            parts.add(new JmxPart(maker, sources, atOnce));
        } else if (atOnce) {
            Console.say("no MXBean: " + JdkModule.lack(MODULE));
        }
    }

    @Override
    public void tick() {
        long now = System.nanoTime();
        if (now - next < 0 && !(atOnce && registration == null && !refused)) {
            return;
        }
        next = now + CHECK_NANOS;
        if (registration == null && !refused && (atOnce || Registration.isServerInUse())) {
            register();
        }
        if (registration != null) {
            bean.sources(sources.get());
        }
    }

    private void register() {
        try {
            bean = maker.get();
            bean.sources(sources.get());
            registration = Registration.of(bean);
        } catch (IllegalStateException problem) {
            refused = true;
            Console.say("no MXBean: " + problem.getMessage());
        }
    }

    /** Unregisters the MXBean. */
    @Override
    public void close() {
        if (registration != null) {
            registration.end();
            registration = null;
        }
    }
}
