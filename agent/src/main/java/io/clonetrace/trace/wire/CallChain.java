package io.clonetrace.trace.wire;

import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What many clones have in common: a start routine and a chain of native frames. On the wire its frames are
 * {@link FrameLine}s, and the rest is the text of a {@link WireHeader.Origin}: {@code frames=6 end=java
 * start=libfoo.so!worker+0x0 build-ids=0a1b,-}, with a build-id a module in the order of their first frames.
 *
 * @param startRoutine the new thread's start routine; null if unknown
 * @param stack the frames; null if they were not captured
 * @param missing why not, or null
 */
record CallChain(String startRoutine, NativeStack stack, String missing) {
    static final int MOST_FRAMES = 256;

    /** In chars, for the lines of the frames of one chain. */
    static final int MOST_TEXT = 48 * 1024;

    private static final int LONGEST_REASON = 400;
    private static final int MOST_BUILD_IDS = 48;
    private static final int LONGEST_BUILD_ID = 64;
    private static final String NONE = "-";

    /** The lines that tell a chain. */
    record Lines(List<String> frames, String text) {
        int length() {
            return text.length() + frames.stream().mapToInt(String::length).sum();
        }
    }

    /** What an origin says by now. */
    static CallChain of(NativeOrigin origin) {
        return new CallChain(origin.startRoutine(), origin.stack().orElse(null), origin.missing());
    }

    /** Tells an origin what the chain says. */
    void complete(NativeOrigin origin, long javaStackPointer) {
        if (stack == null) {
            origin.fail(startRoutine, missing);
        } else {
            origin.complete(startRoutine, stack, javaStackPointer);
        }
    }

    /** How it is written; a chain too long for that is cut, and says so. */
    Lines lines() {
        StringBuilder text = new StringBuilder("frames=");
        List<String> frames = new ArrayList<>();
        if (stack == null) {
            text.append(0);
        } else {
            int length = 0;
            for (NativeFrame frame : stack.frames()) {
                String line = FrameLine.of(frame);
                length += line.length();
                if (frames.size() == MOST_FRAMES || length > MOST_TEXT) {
                    break;
                }
                frames.add(line);
            }
            int left = stack.frames().size() - frames.size();
            NativeStack.End end = left == 0 ? stack.end() : NativeStack.End.BROKEN;
            text.append(frames.size()).append(" end=").append(end.name().toLowerCase(Locale.ROOT));
            add(
                    text,
                    "reason",
                    left == 0 ? stack.reason() : left + " more frames, too many to pass on",
                    LONGEST_REASON);
            add(text, "build-ids", buildIds(frames.size()), MOST_BUILD_IDS * (LONGEST_BUILD_ID + 1));
        }
        add(text, "missing", missing, LONGEST_REASON);
        add(text, "start", startRoutine, FrameLine.LONGEST_FUNCTION);
        return new Lines(frames, text.toString());
    }

    /**
     * Reads a chain.
     *
     * @param text as {@link #lines} wrote it
     * @param frames those that its lines told
     * @return what the lines say; that some are lost, if they don't fit together
     */
    static CallChain parse(String text, List<NativeFrame> frames) {
        Map<String, String> words = new HashMap<>();
        for (String word : text.split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                words.putIfAbsent(word.substring(0, equals), FrameLine.unescape(word.substring(equals + 1)));
            }
        }
        String start = words.get("start");
        if (!Integer.toString(frames.size()).equals(words.get("frames"))) {
            return new CallChain(start, null, "the lines of its frames are lost");
        }
        NativeStack.End end = end(words.get("end"));
        return end == null
                ? new CallChain(start, null, words.getOrDefault("missing", "the trace does not say"))
                : new CallChain(
                        start,
                        new NativeStack(
                                identified(frames, words.getOrDefault("build-ids", "")),
                                end,
                                end == NativeStack.End.BROKEN
                                        ? words.getOrDefault("reason", "the trace does not say")
                                        : null),
                        null);
    }

    private static NativeStack.End end(String name) {
        for (NativeStack.End end : NativeStack.End.values()) {
            if (end.name().toLowerCase(Locale.ROOT).equals(name)) {
                return end;
            }
        }
        return null;
    }

    private static void add(StringBuilder text, String name, String value, int longest) {
        if (value != null && !value.isEmpty()) {
            text.append(' ').append(name).append('=').append(FrameLine.cut(FrameLine.escape(value, " "), longest));
        }
    }

    /** Only the modules of the first frames, which are written. */
    private String buildIds(int frames) {
        Map<String, String> byModule = new LinkedHashMap<>();
        for (NativeFrame frame : stack.frames().subList(0, frames)) {
            String id = frame.buildId();
            byModule.putIfAbsent(
                    frame.module(),
                    id == null || id.length() > LONGEST_BUILD_ID || !id.matches("[0-9a-f]+") ? NONE : id);
        }
        return byModule.values().stream()
                .limit(MOST_BUILD_IDS)
                .reduce((before, id) -> before + ',' + id)
                .orElse("");
    }

    private static List<NativeFrame> identified(List<NativeFrame> frames, String buildIds) {
        String[] ids = buildIds.split(",");
        Map<String, String> byModule = new HashMap<>();
        List<NativeFrame> identified = new ArrayList<>();
        int next = 0;
        for (NativeFrame frame : frames) {
            if (!byModule.containsKey(frame.module())) {
                String id = next < ids.length ? ids[next] : "";
                next++;
                byModule.put(frame.module(), id.isEmpty() || id.equals(NONE) ? null : id);
            }
            identified.add(
                    new NativeFrame(frame.module(), byModule.get(frame.module()), frame.function(), frame.offset()));
        }
        return identified;
    }
}
