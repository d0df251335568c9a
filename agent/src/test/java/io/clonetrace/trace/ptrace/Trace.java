package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of strace's lines, ours or strace's own, read by regular expressions.
 *
 * @param calls the calls that made a task
 */
record Trace(List<Call> calls, List<String> ends) {
    private static final Pattern UNFINISHED = Pattern.compile("^(\\d+ +\\S+ .*?) ?<unfinished \\.\\.\\.>$");
    private static final Pattern RESUMED = Pattern.compile("^\\d+ +\\S+ <\\.\\.\\. \\w+ resumed>(.*)$");
    private static final Pattern CALL =
            Pattern.compile("^(\\d+) +\\d+\\.\\d{6} ((?:clone3?|v?fork)\\(.*\\)) += (\\d+)$");
    private static final Pattern END = Pattern.compile("^(\\d+) +\\d+\\.\\d{6} \\+\\+\\+ (.*) \\+\\+\\+$");

    /** One call, with its text as far as it does not hold tids. */
    record Call(int parent, int child, String text) {
        boolean makesThread() {
            return text.contains("|CLONE_THREAD|");
        }
    }

    static Trace read(Path file) throws IOException {
        Map<String, String> unfinished = new LinkedHashMap<>();
        List<Call> calls = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            Matcher begins = UNFINISHED.matcher(line);
            Matcher resumes = RESUMED.matcher(line);
            Matcher end = END.matcher(line);
            String tid = line.split(" ")[0];
            if (begins.matches()) {
                unfinished.put(tid, begins.group(1));
                continue;
            }
            Matcher call = CALL.matcher(resumes.matches() ? unfinished.remove(tid) + resumes.group(1) : line);
            if (call.matches()) {
                calls.add(call(call));
            } else if (end.matches()) {
                ends.add(end.group(1) + " " + end.group(2));
            }
        }
        return new Trace(calls, ends);
    }

    private static Call call(Matcher call) {
        int child = Integer.parseInt(call.group(3));
        // Where the kernel wrote the child's tid, our lines don't say.
        String text =
                call.group(2).replaceAll(", parent_tid=0x\\p{XDigit}+", "").replace("[" + child + "]", "[child]");
        return new Call(Integer.parseInt(call.group(1)), child, text);
    }

    List<String> texts() {
        return calls.stream().map(Call::text).toList();
    }

    /** How the tasks ended, without their tids, sorted. */
    List<String> endTexts() {
        return ends.stream()
                .map(end -> end.replaceAll("^\\d+ ", "").replaceAll("pid \\d+", "pid N"))
                .sorted()
                .toList();
    }

    List<Call> threads() {
        return calls.stream().filter(Call::makesThread).toList();
    }

    List<Call> processes() {
        return calls.stream().filter(call -> !call.makesThread()).toList();
    }

    Set<Integer> children(List<Call> of) {
        Set<Integer> children = new HashSet<>();
        of.forEach(call -> children.add(call.child()));
        assertEquals(of.size(), children.size(), "a tid twice");
        return children;
    }
}
