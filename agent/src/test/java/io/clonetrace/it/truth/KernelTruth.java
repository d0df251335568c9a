package io.clonetrace.it.truth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel's own text of its tracepoint task_newtask, read by a shell: the truth beside a tracer. */
public final class KernelTruth {
    private static final Pattern NEW_TASK =
            Pattern.compile("-(\\d+) +\\[\\d+\\].* task_newtask: pid=(\\d+) comm=.* clone_flags=(\\p{XDigit}+) .*");
    private static final Pattern LOSS = Pattern.compile("(?:overrun|commit overrun|dropped events): [1-9].*");
    private static final long CLONE_THREAD = 0x10000;
    private static final int HEX = 16;

    /** In a mount namespace of its own, so that no tracefs has to be mounted, and with an instance of its own. */
    private static final String SCRIPT = String.join(
            "\n",
            "umount -a -t tracefs",
            "mount -t tracefs nodev /sys/kernel/tracing && mkdir /sys/kernel/tracing/instances/$1 || exit 99",
            "trace=/sys/kernel/tracing/instances/$1 into=$2",
            "shift 2",
            "echo 8192 >$trace/buffer_size_kb",
            "echo 1 >$trace/options/event-fork",
            "echo $$ >$trace/set_event_pid",
            "echo 1 >$trace/events/task/task_newtask/enable",
            "\"$@\"",
            "status=$?",
            "echo 0 >$trace/events/enable",
            "cat $trace/trace $trace/per_cpu/cpu*/stats >$into",
            "rmdir $trace",
            "exit $status");

    private KernelTruth() {}

    /** The command, with what the kernel prints of it and its descendants written to {@code into}. */
    public static List<String> command(Path into, List<String> command) {
        String instance = "clonetrace-test-" + ProcessHandle.current().pid();
        List<String> all = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", SCRIPT, "sh", instance, "" + into));
        all.addAll(command);
        return all;
    }

    /** The clones by a process's threads: caller, child and flags in hexadecimal; sorted. */
    public static List<String> of(Path text, int process) throws IOException {
        Set<Integer> threads = new HashSet<>(Set.of(process));
        List<String> clones = new ArrayList<>();
        for (String line : Files.readAllLines(text, StandardCharsets.ISO_8859_1)) {
            if (LOSS.matcher(line).matches()) {
                throw new AssertionError("the test's ring was too small: " + line);
            }
            Matcher clone = NEW_TASK.matcher(line);
            if (!clone.find()) {
                continue;
            }
            int child = Integer.parseInt(clone.group(2));
            boolean ours = threads.contains(Integer.parseInt(clone.group(1)));
            if (ours) {
                clones.add(clone.group(1) + " " + child + " " + clone.group(3));
            }
            // Another process may get the tid that a thread had.
            if (child != process) {
                threads.remove(child);
            }
            if (ours && (Long.parseLong(clone.group(3), HEX) & CLONE_THREAD) != 0) {
                threads.add(child);
            }
        }
        clones.sort(null);
        return clones;
    }
}
