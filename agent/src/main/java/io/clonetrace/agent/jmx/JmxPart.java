package io.clonetrace.agent.jmx;

import io.clonetrace.agent.creators.CreatorCounts;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.JdkModule;
import io.clonetrace.agent.host.SessionPart;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.correlate.CloneLog;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Registers the MXBeans once something else in this JVM uses JMX: otherwise the agent would set up what the application
 * may not want, or wants to set up itself.
 */
public final class JmxPart implements SessionPart {
    private static final String MODULE = "java.management";
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<ThreadsBean> maker;
    private final Counting counting;
    private final Supplier<List<StatusLog.Status>> sources;
    private final boolean atOnce;
    private ThreadsBean bean;
    private Registration registration;
    private CreatorBeans beans;
    private long next = System.nanoTime() + CHECK_NANOS;
    private boolean refused;

    /**
     * What counts threads by what created them, for the MXBeans alone.
     *
     * @param clones reports native threads
     */
    public record Counting(CreatorCounts creators, CloneLog clones) {
        void begin() {
            creators.begin();
            clones.report(creators.natives()::created);
        }

        void end() {
            clones.report(null);
            creators.end();
        }
    }

    private JmxPart(
            Counting counting, Supplier<ThreadsBean> maker, Supplier<List<StatusLog.Status>> sources, boolean atOnce) {
        this.counting = counting;
        this.maker = maker;
        this.sources = sources;
        this.atOnce = atOnce;
    }

    /** Adds it to the parts, unless this JVM has no JMX. */
    public static void addTo(
            List<SessionPart> parts,
            boolean atOnce,
            Counting counting,
            Supplier<ThreadsBean> maker,
            Supplier<List<StatusLog.Status>> sources) {
        if (JdkModule.isThere(MODULE)) {
            parts.add(new JmxPart(counting, maker, sources, atOnce));
            if (atOnce) {
                // Before the application starts its first thread.
                counting.begin();
            }
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
            counting.creators.makeRoom();
            bean.tick();
            beans.tick();
        }
    }

    private void register() {
        try {
            counting.begin();
            bean = maker.get();
            bean.sources(sources.get());
            bean.tick();
            beans = new CreatorBeans(bean);
            registration = Registration.of(Registration.THREADS, bean, ThreadsMXBean.class);
        } catch (IllegalStateException problem) {
            refused = true;
            counting.end();
            Console.say("no MXBean: " + problem.getMessage());
        }
    }

    /** Unregisters the MXBeans. */
    @Override
    public void close() {
        if (registration != null) {
            registration.end();
            registration = null;
            beans.close();
        }
        counting.end();
    }
}
