package io.clonetrace.live;

/**
 * Threads that have a value of a dimension in common.
 *
 * @param value their call site, name, library, kind or class loader
 * @param created threads created since they are followed; as many as events say
 * @param perSecond of those, how many a second lately
 * @param endedPerSecond how many ended a second lately
 * @param alive live threads
 * @param growth alive, less those alive when the JVM was first looked at
 * @param touched bytes of their stacks that are in memory, of those that were measured; -1 if none was
 * @param unmeasured live threads whose stack was not measured
 * @param cpu processors that the live ones use, 1 for one whole; -1 if not known yet
 */
public record LiveRow(
        String value,
        long created,
        double perSecond,
        double endedPerSecond,
        long alive,
        long growth,
        long touched,
        long unmeasured,
        double cpu) {

    /** Whether there is, or was, such a thread while the JVM is followed. */
    public boolean isAnything() {
        return created > 0 || alive > 0 || growth != 0;
    }

    /** The two together, under the first one's value. */
    LiveRow plus(LiveRow other) {
        return new LiveRow(
                value,
                created + other.created,
                perSecond + other.perSecond,
                endedPerSecond + other.endedPerSecond,
                alive + other.alive,
                growth + other.growth,
                touched < 0 || other.touched < 0 ? Math.max(touched, other.touched) : touched + other.touched,
                unmeasured + other.unmeasured,
                cpu < 0 || other.cpu < 0 ? Math.max(cpu, other.cpu) : cpu + other.cpu);
    }
}
