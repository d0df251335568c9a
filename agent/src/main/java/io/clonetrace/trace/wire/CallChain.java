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
 * start=libfoo.so!worker+0x0 build-ids=0a1b,-}, with a build-id a module in the order of their first frames; then, as
 * the last, the reason why frames are missing.
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
    private static final String REASON = "reason";

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
            add(text, "start", startRoutine, FrameLine.LONGEST_FUNCTION, " ");
            add(text, REASON, missing, LONGEST_REASON, "");
            return new Lines(frames, text.toString());
        }
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
        add(text, "start", startRoutine, FrameLine.LONGEST_FUNCTION, " ");
        add(text, "build-ids", buildIds(frames.size()), MOST_BUILD_IDS * (LONGEST_BUILD_ID + 1), " ");
        add(text, REASON, left == 0 ? stack.reason() : left + " more frames, too many to pass on", LONGEST_REASON, "");
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
        // The values before it have no spaces.
        int reasonAt = text.indexOf(" " + REASON + "=");
        String reason = reasonAt < 0 ? null : FrameLine.unescape(text.substring(reasonAt + REASON.length() + 2));
        Map<String, String> words = new HashMap<>();
        for (String word :
                text.substring(0, reasonAt < 0 ? text.length() : reasonAt).split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                words.putIfAbsent(word.substring(0, equals), FrameLine.unescape(word.substring(equals + 1)));
            }
        }
        String start = words.get("start");
        if (!Integer.toString(frames.size()).equals(words.get("frames"))) {
            return new CallChain(start, null, "the lines of its frames are lost");
        }
        if (!words.containsKey("end")) {
            return new CallChain(start, null, reason);
        }
        NativeStack.End end = end(words.get("end"));
        String broken = end == NativeStack.End.BROKEN && reason == null ? "the trace does not say" : reason;
        List<NativeFrame> identified = identified(frames, words.getOrDefault("build-ids", ""));
        return new CallChain(
                start, new NativeStack(identified, end, end == NativeStack.End.BROKEN ? broken : null), null);
    }

    private static NativeStack.End end(String name) {
        for (NativeStack.End end : NativeStack.End.values()) {
            if (end.name().toLowerCase(Locale.ROOT).equals(name)) {
                return end;
            }
        }
        // A newer writer's.
        return NativeStack.End.BROKEN;
    }

    private static void add(StringBuilder text, String name, String value, int longest, String escaped) {
        if (value != null && !value.isEmpty()) {
            text.append(' ').append(name).append('=').append(FrameLine.cut(FrameLine.escape(value, escaped), longest));
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
