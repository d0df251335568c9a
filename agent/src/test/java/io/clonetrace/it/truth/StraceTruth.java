package io.clonetrace.it.truth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What strace wrote, read without the product's code: the truth for recordings. */
public record StraceTruth(List<Call> calls) {
    private static final Pattern UNFINISHED = Pattern.compile("^(\\d+) +(\\S+) (.*) <unfinished \\.\\.\\.>$");
    private static final Pattern RESUMED = Pattern.compile("^(\\d+) +\\S+ <\\.\\.\\. \\w+ resumed>(.*)$");
    private static final Pattern CALL =
            Pattern.compile("^(\\d+) +\\S+ (clone3?|v?fork)\\((.*)\\) += (-?\\d+)(?: ([A-Z]+) .*)?$");

    /** One call that made a task; addresses and sizes as strace printed them, null where it printed none. */
    public record Call(
            int parent, int child, String syscall, String flags, String stack, String stackSize, String tls) {
        boolean makesThread() {
            return flags != null && flags.contains("CLONE_THREAD");
        }
    }

    /** @param trace the output of strace -f -ttt -o */
    public static StraceTruth read(Path trace) throws IOException {
        Map<String, String> unfinished = new HashMap<>();
        List<Call> calls = new ArrayList<>();
        for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
            Matcher begins = UNFINISHED.matcher(line);
            Matcher resumes = RESUMED.matcher(line);
            String whole = line;
            if (begins.matches()) {
                unfinished.put(begins.group(1), begins.group(1) + " " + begins.group(2) + " " + begins.group(3));
                continue;
            }
            if (resumes.matches()) {
                whole = unfinished.remove(resumes.group(1)) + resumes.group(2);
            }
            Matcher call = CALL.matcher(whole);
            if (call.matches() && Integer.parseInt(call.group(4)) > 0) {
                calls.add(call(call));
            }
        }
        return new StraceTruth(calls);
    }

    /**
     * The calls of the process that made the first one: the JVM, where strace started it. A call is written when it
     * returns, maybe after the new thread's first clone.
     */
    public List<Call> ofTheFirstProcess() {
        Set<Integer> threads = new HashSet<>();
        Map<Integer, Integer> creators = new HashMap<>();
        calls.stream().filter(Call::makesThread).forEach(call -> creators.put(call.child(), call.parent()));
        int leader = calls.get(0).parent();
        while (creators.containsKey(leader)) {
            leader = creators.get(leader);
        }
        threads.add(leader);
        boolean more = true;
        while (more) {
            more = false;
            for (Call call : calls) {
                more |= call.makesThread() && threads.contains(call.parent()) && threads.add(call.child());
            }
        }
        return calls.stream().filter(call -> threads.contains(call.parent())).toList();
    }

    private static Call call(Matcher call) {
        String arguments = call.group(3);
        return new Call(
                Integer.parseInt(call.group(1)),
                Integer.parseInt(call.group(4)),
                call.group(2),
                field(arguments, "flags=([^,}]+)"),
                field(arguments, "stack=([^,}]+)"),
                field(arguments, "stack_size=([^,}]+)"),
                field(arguments, "tls=([^,}]+)"));
    }

    private static String field(String arguments, String pattern) {
        Matcher field = Pattern.compile("(?:^|[ {,_])" + pattern).matcher(arguments);
        return field.find() ? field.group(1).trim() : null;
    }
}
