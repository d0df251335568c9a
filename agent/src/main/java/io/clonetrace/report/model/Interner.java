package io.clonetrace.report.model;

import io.clonetrace.report.model.StackTrace.Frame;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * One object for equal names and stack traces: a recording of a million threads has few of them, or hostile ones, of
 * which a bounded part is kept.
 */
final class Interner {
    /** Longer names are of no use to a reader. */
    private static final int LONGEST_NAME = 256;

    /** Functions of C++ have long names. */
    private static final int LONGEST_FRAME = 1_000;

    /** A sentence may end in what to do. */
    private static final int LONGEST_SENTENCE = 2_000;

    private static final int MOST_FRAMES = 100_000;
    private static final int MOST_TRACES = 10_000;

    /** A power of two. */
    private static final int MEASURES = 1 << 10;

    private final TextTable names = new TextTable();
    private final Map<String, Frame> nativeFrames = new HashMap<>();
    private final Map<StackTrace, StackTrace> traces = new HashMap<>();
    private final Map<StackTrace, StackTrace> lately = new IdentityHashMap<>();
    private final StackUse.Measure[] measures = new StackUse.Measure[MEASURES];

    String name(String name) {
        if (name == null) {
            return null;
        }
        return names.one(cut(name, LONGEST_NAME));
    }

    String sentence(String text) {
        return text == null ? null : names.one(cut(text, LONGEST_SENTENCE));
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "...";
    }

    Frame nativeFrame(String text) {
        String kept = cut(text, LONGEST_FRAME);
        Frame known = nativeFrames.get(kept);
        if (known == null) {
            known = NativeChain.nativeFrame(kept);
            if (nativeFrames.size() < MOST_FRAMES) {
                nativeFrames.put(kept, known);
            }
        }
        return known;
    }

    /** The trace; only its inner part when there are too many. */
    StackTrace trace(StackTrace trace) {
        if (trace == null) {
            return null;
        }
        // A parser has one object for equal ones of a chunk, and to compare long traces takes its time.
        StackTrace seen = lately.get(trace);
        if (seen != null) {
            return seen;
        }
        StackTrace known = traces.get(trace);
        if (known == null) {
            known = traces.size() < MOST_TRACES
                    ? shared(trace, MOST_TRACES)
                    : shared(trace.innerPart(), 2 * MOST_TRACES);
        }
        if (lately.size() >= MOST_TRACES) {
            lately.clear();
        }
        lately.put(trace, known);
        return known;
    }

    /** What is measured most often is one object; of two that share a place in the table, the later. */
    StackUse.Measure measure(StackUse.Measure measure) {
        int place = KeyHash.of(measure.touched() + measure.depth()) & MEASURES - 1;
        StackUse.Measure known = measures[place];
        if (known != null && known.isSame(measure)) {
            return known;
        }
        measures[place] = measure;
        return measure;
    }

    private StackTrace shared(StackTrace trace, int most) {
        StackTrace known = traces.get(trace);
        if (known != null) {
            return known;
        }
        if (traces.size() < most) {
            traces.put(trace, trace);
        }
        return trace;
    }
}
