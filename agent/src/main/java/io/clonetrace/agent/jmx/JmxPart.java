package io.clonetrace.agent.jmx;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.JdkModule;
import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.recording.StatusLog;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Has the MXBean registered once something in this JVM asks for JMX: to be the first to ask would set up what the host
 * may not want, or wants to set up itself.
 */
public final class JmxPart implements SessionPart {
    private static final String MODULE = "java.management";
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<ThreadsBean> maker;
    private final Supplier<List<StatusLog.Status>> sources;
    private final boolean atOnce;
    private ThreadsBean bean;
    private Registration registration;
    private long next = System.nanoTime() + LOOK_NANOS;
    private boolean refused;

    private JmxPart(Supplier<ThreadsBean> maker, Supplier<List<StatusLog.Status>> sources, boolean atOnce) {
        this.maker = maker;
        this.sources = sources;
        this.atOnce = atOnce;
    }

    /** Adds it to the parts, where this JVM has JMX at all. */
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
        next = now + LOOK_NANOS;
        if (registration == null && !refused && (atOnce || Registration.isAskedFor())) {
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

    /** Counted as suppressed if it fails. */
    @Override
    public void close() {
        if (registration != null) {
            registration.end();
            registration = null;
        }
    }
}
