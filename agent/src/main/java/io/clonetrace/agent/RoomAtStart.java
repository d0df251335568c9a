package io.clonetrace.agent;

import io.clonetrace.stack.Room;
import io.clonetrace.stack.ThreadLimit;
import io.clonetrace.stack.ThreadNeeds;
import java.util.Optional;

/**
 * Whether the application would still have room for threads with ours there: what takes the last places is not started.
 */
final class RoomAtStart {
    /** Threads that must stay free: for the application, and for the compilers and collectors that start later. */
    private static final int LEFT = 16;

    /** The agent's own: the one that stays, and one at a time that goes, as the self-test's. */
    private static final int AGENT = 2;

    /** JFR's three on JDK 17 to 25, and the one in reserve for its shutdown hook. */
    private static final int RECORDING = 4;

    /** The JDK's thread that waits for a child process ("process reaper"). */
    private static final int REAPER = 1;

    /** A tracer's: 17 on JDK 17, 15 on JDK 25. */
    private static final int TRACER = 18;

    private static final int STRACE = 1;

    private static final ThreadNeeds ONE = ThreadNeeds.ofStack(LiveThreads.HOTSPOT_STACK);

    private RoomAtStart() {}

    /**
     * Why the agent is not to start; null if it may.
     *
     * @param records whether JFR is set up because of it
     */
    static String missingForAgent(boolean records) {
        return missing(Room.ofSelf(ONE), "the agent", records ? AGENT + RECORDING : AGENT, 0);
    }

    /** Why that source is not to start; null if it may. The agent's own threads are there already. */
    static String missingFor(String source) {
        return switch (source) {
            case "ptrace" -> missing(Room.ofSelf(ONE), source, REAPER, TRACER);
            case "strace" -> missing(Room.ofSelf(ONE), source, REAPER, STRACE);
            default -> null;
        };
    }

    static String missing(Room room, String who, int inside, int beside) {
        Optional<ThreadLimit> missing = room.missing(inside + LEFT, beside);
        if (missing.isEmpty()) {
            return null;
        }
        return room.words(missing.get()) + ", but " + who + " needs " + (inside + beside) + " and leaves " + LEFT
                + " to the application; " + missing.get().advice();
    }
}
