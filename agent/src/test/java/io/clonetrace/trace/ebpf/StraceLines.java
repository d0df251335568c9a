package io.clonetrace.trace.ebpf;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.wire.StraceLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What strace printed of clones, and what it would print of a call that we saw. */
final class StraceLines {
    private static final Pattern UNFINISHED = Pattern.compile("^((\\d+) .*?) ?<unfinished \\.\\.\\.>$");
    private static final Pattern RESUMED = Pattern.compile("^(\\d+) .*<\\.\\.\\. \\w+ resumed>(.*)$");
    private static final Pattern CALL = Pattern.compile("^(\\d+) +\\S+ ((?:clone3?|v?fork)\\(.*\\)) += (\\d+|-1 .*)$");

    private StraceLines() {}

    /** A call in the form that {@link #read} gives. */
    static String of(CloneCall call) {
        String text = StraceLine.of(call).replaceAll("^(\\d+) +\\S+ ", "$1 ");
        return normal(text);
    }

    /** strace prints the address of parent_tid too, which a call does not have, and an error in words. */
    private static String normal(String text) {
        return text.replaceAll(", parent_tid=0x\\p{XDigit}+", "").replaceAll("( = -1 \\w+) .*", "$1");
    }

    /** The calls, also those that were refused, put together where they were interrupted; sorted. */
    static List<String> read(Path trace) throws Exception {
        Map<String, String> unfinished = new HashMap<>();
        List<String> calls = new ArrayList<>();
        for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
            Matcher begins = UNFINISHED.matcher(line);
            Matcher resumes = RESUMED.matcher(line);
            if (begins.matches()) {
                unfinished.put(begins.group(2), begins.group(1));
                continue;
            }
            Matcher call =
                    CALL.matcher(resumes.matches() ? unfinished.remove(resumes.group(1)) + resumes.group(2) : line);
            if (call.matches()) {
                // A thread that ended before strace read the word has cleared it (CLONE_CHILD_CLEARTID).
                String arguments = call.group(2).replace("parent_tid=[0]", "parent_tid=[" + call.group(3) + "]");
                calls.add(normal(call.group(1) + " " + arguments + " = " + call.group(3)));
            }
        }
        calls.sort(null);
        return calls;
    }
}
