package io.clonetrace.limit;

import io.clonetrace.limit.ThreadLimit.Unit;
import java.io.IOException;

/**
 * The limits on another stack in the process's address space: RLIMIT_AS, RLIMIT_DATA (getrlimit(2)) and
 * vm.max_map_count (proc(5)). Not thread-safe.
 */
final class AddressSpaceLimits {
    private static final long KILOBYTE = 1024;

    private final ProcText text;
    private final MappingCount mappings = new MappingCount();

    AddressSpaceLimits(ProcText text) {
        this.text = text;
    }

    /** All mappings, including untouched pages of stacks and unused ones of the Java heap. */
    ThreadLimit all(String limits, String status) {
        return resource("RLIMIT_AS", "Max address space", limits, "VmSize:", status);
    }

    /** Private writable mappings, such as stacks (since Linux 4.7). */
    ThreadLimit data(String limits, String status) {
        return resource("RLIMIT_DATA", "Max data size", limits, "VmData:", status);
    }

    /**
     * The number of mappings, of which a Java thread takes two.
     *
     * @param counted how many there are, if that is known; else {@link ThreadLimit#UNKNOWN}
     */
    ThreadLimit mappings(String sysctl, String maps, long counted) {
        if (!text.read(sysctl)) {
            return mappings(ThreadLimit.UNKNOWN, ThreadLimit.UNKNOWN, sysctl).withNote(text.failure());
        }
        long max = text.number();
        try {
            return mappings(counted == ThreadLimit.UNKNOWN ? mappings.read(maps) : counted, max, sysctl);
        } catch (IOException refused) {
            return mappings(ThreadLimit.UNKNOWN, max, sysctl).withNote(maps + ": " + ProcText.reason(maps, refused));
        }
    }

    private static ThreadLimit mappings(long used, long max, String location) {
        return ThreadLimit.of("vm.max_map_count", Unit.MAPPINGS, used, max, location);
    }

    private ThreadLimit resource(String name, String word, String limits, String usedWord, String status) {
        long used = text.read(status) ? text.number(usedWord) : ThreadLimit.UNKNOWN;
        if (used != ThreadLimit.UNKNOWN) {
            used = used > Long.MAX_VALUE / KILOBYTE ? Long.MAX_VALUE : used * KILOBYTE;
        }
        boolean readable = text.read(limits);
        ThreadLimit limit = ThreadLimit.of(
                name, Unit.ADDRESS_SPACE, used, readable ? text.number(word) : ThreadLimit.UNKNOWN, limits);
        if (!readable) {
            return limit.withNote(text.failure());
        }
        return text.isUnlimited(word) ? limit.withNote("no limit").notHolding() : limit;
    }
}
