package io.clonetrace.cli.target;

import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import io.clonetrace.unwind.ThreadLayout;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The functions in which the threads of a process began, and their stacks, read from glibc's list of its threads.
 *
 * @param byTid as library!function, of a stripped library as library+offset, by the tids in this pid namespace
 * @param stacks the stacks that glibc allocated, by the tids in this pid namespace
 * @param missing why there are none; null if there are, or the process has one thread only
 */
public record ThreadBeginnings(
        Map<Integer, String> byTid, Map<Integer, ThreadLayout.StackBlock> stacks, String missing) {
    private static final String BEGINNING = "+0x0";

    /** {@code library!function}, or {@code library+0x1f0} where the library is stripped. */
    private static final Pattern LIBRARY = Pattern.compile("(.+?)(?:!|\\+0x[0-9a-f]+$)");

    /**
     * Reads them.
     *
     * @throws IOException if the process has ended, or may not be read
     */
    public static ThreadBeginnings of(TargetProcess process, TaskList tasks) throws IOException {
        int pid = Math.toIntExact(process.pid());
        Optional<ThreadLayout> layout = ThreadLayout.of(pid);
        if (layout.isEmpty()) {
            if (process.usesMusl()) {
                return new ThreadBeginnings(
                        Map.of(),
                        Map.of(),
                        "process " + pid + " uses the C library musl, which does not describe its threads");
            }
            return new ThreadBeginnings(
                    Map.of(),
                    Map.of(),
                    "process " + pid + " has no glibc that describes its threads, or it can't be read");
        }
        // glibc has the tids of the process's own pid namespace.
        boolean otherTids = process.hasOtherTids();
        Map<Integer, Integer> inside = new HashMap<>();
        for (int tid : tasks.tids()) {
            inside.put(tid, otherTids ? process.tidInside(tid) : tid);
        }
        Set<Integer> wanted = inside.values().stream().collect(Collectors.toSet());
        Map<Integer, Long> addresses = layout.get().startRoutines(wanted);
        Map<Integer, ThreadLayout.StackBlock> blocks = layout.get().stacks(wanted, wanted.size());
        Map<Integer, ThreadLayout.StackBlock> stacks = new HashMap<>();
        inside.forEach((tid, its) -> {
            if (blocks.containsKey(its)) {
                stacks.put(tid, blocks.get(its));
            }
        });
        Map<Long, String> names = new HashMap<>();
        Map<Integer, String> byTid = new HashMap<>();
        for (int tid : inside.keySet()) {
            long address = addresses.getOrDefault(inside.get(tid), 0L);
            if (address != 0) {
                byTid.put(tid, names.computeIfAbsent(address, at -> name(layout.get(), at)));
            }
        }
        boolean unread = byTid.isEmpty() && tasks.tids().length > 1;
        return new ThreadBeginnings(
                byTid, stacks, unread ? "glibc's list of the threads of " + pid + " can't be read" : null);
    }

    /** Null if it is not known. */
    public String of(int tid) {
        return byTid.get(tid);
    }

    /** The library in which a thread began; null if it is not known. */
    public String library(int tid) {
        String began = of(tid);
        Matcher library = LIBRARY.matcher(began == null ? "" : began);
        return library.lookingAt() ? library.group(1) : null;
    }

    /** What is known of a thread's stack: as glibc allocated it, else near that stack pointer. */
    public ThreadToMeasure toMeasure(int tid, long pointer) {
        ThreadLayout.StackBlock block = stacks.get(tid);
        return block == null
                ? ThreadToMeasure.near(tid, pointer)
                : ThreadToMeasure.allocated(tid, block.low(), block.base(), block.guard());
    }

    private static String name(ThreadLayout layout, long address) {
        String text = layout.describe(address).orElse("0x" + Long.toHexString(address));
        return text.contains("!") && text.endsWith(BEGINNING)
                ? text.substring(0, text.length() - BEGINNING.length())
                : text;
    }
}
