package io.clonetrace.agent.jmx;

import io.clonetrace.agent.creators.Creator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;

/**
 * An MBean for each creator that is listed: OpenTelemetry's agent takes a metric's attributes from MBeans, not from the
 * keys of a map. Confined to the session's thread.
 */
final class CreatorBeans {
    private static final long APART_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ThreadsBean threads;
    private final Map<String, Registration> registered = new HashMap<>();
    private long next = System.nanoTime();

    CreatorBeans(ThreadsBean threads) {
        this.threads = threads;
    }

    /** {@code io.clonetrace:type=Creator,kind=java,creator="com.example.Pool.grow:37"}. */
    static String name(Creator creator) {
        return "io.clonetrace:type=Creator,kind=" + creator.kind().label() + ",creator="
                + ObjectName.quote(creator.name());
    }

    /** Registers those that are listed now, and unregisters the others. */
    void tick() {
        long now = System.nanoTime();
        if (now - next < 0) {
            return;
        }
        next = now + APART_NANOS;
        Map<String, Creator> listed = new HashMap<>();
        threads.listed().forEach(creator -> listed.put(name(creator), creator));
        for (Iterator<Map.Entry<String, Registration>> all =
                        registered.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<String, Registration> one = all.next();
            if (!listed.containsKey(one.getKey())) {
                all.remove();
                one.getValue().end();
            }
        }
        listed.forEach((name, creator) -> registered.computeIfAbsent(
                name,
                key -> Registration.of(
                        key, new CreatorBean(threads, creator.kind(), creator.name()), CreatorMXBean.class)));
    }

    /** Unregisters all. */
    void close() {
        registered.values().forEach(Registration::end);
        registered.clear();
    }
}
