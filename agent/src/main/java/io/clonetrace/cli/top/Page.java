package io.clonetrace.cli.top;

import io.clonetrace.live.LiveSnapshot;
import java.util.List;
import java.util.Optional;

/** What the screen shows below its head. */
interface Page {
    /**
     * Draws it.
     *
     * @param room how many lines there are for it
     */
    List<ScreenLine> draw(Canvas canvas, LiveSnapshot snapshot, int room);

    /** Takes a key: the page that is shown then, this one or another; empty if it does not know the key. */
    Optional<Page> key(Key key);

    /** The keys that it knows, in a line. */
    String keys();

    /** Whether it takes letters as a text. */
    default boolean takesText() {
        return false;
    }

    /** Whether the limits and kinds are shown above. */
    default boolean hasSummary() {
        return true;
    }
}
