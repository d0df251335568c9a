package io.clonetrace.explain.hserr;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The limits and the system under the JVM: os::Linux::print_system_memory_info, print_container_info and others. */
final class HsErrSystem {
    private static final long KILO = 1024;
    private static final int LONGEST = 15;

    private static final Map<String, LimitName> RLIMITS = Map.of(
            "STACK", LimitName.RLIMIT_STACK,
            "NPROC", LimitName.RLIMIT_NPROC,
            "AS", LimitName.RLIMIT_AS,
            "DATA", LimitName.RLIMIT_DATA);

    /** {@code STACK 8192k, } is JDK 8's; {@code STACK 8192k/infinity , } that of 17. */
    private static final Pattern RLIMIT =
            Pattern.compile("\\b(STACK|NPROC|AS|DATA) (infinity|\\d{1,18}k?)(?:/(infinity|\\d{1,18}k?))?(?=[ ,]|$)");

    private static final Map<String, LimitName> SYSCTLS = Map.of(
            "/proc/sys/kernel/threads-max", LimitName.THREADS_MAX,
            "/proc/sys/kernel/pid_max", LimitName.PID_MAX,
            "/proc/sys/vm/max_map_count", LimitName.MAX_MAP_COUNT);

    private static final Pattern VIRTUAL_SIZE = Pattern.compile("Virtual Size: (\\d{1,15})K.*");
    private static final String NMT_THREADS = "Thread (reserved=";
    private static final Pattern NMT_COUNT = Pattern.compile("\\s+\\(threads? #(\\d{1,9})\\)");
    private static final Pattern NMT_STACKS =
            Pattern.compile("\\s+\\(stack: reserved=(\\d{1,15})(KB)?, committed=(\\d{1,15})(KB)?[,)].*");

    private final Document document;
    private LimitName onNextLine;
    private boolean container;
    private boolean nativeThreads;
    private TextLine countLine;
    private long count;

    HsErrSystem(Document document) {
        this.document = document;
    }

    /** Whether only this file has such a line. */
    static boolean isLimit(String text) {
        return text.startsWith("rlimit: STACK ")
                || text.startsWith("rlimit (soft/hard): STACK ")
                || text.startsWith("/proc/sys/") && text.contains(" (system-wide limit on ");
    }

    boolean read(TextLine line) {
        String text = line.text();
        if (onNextLine != null) {
            LimitName name = onNextLine;
            onNextLine = null;
            if (number(text.strip()) >= 0) {
                document.add(new SeenLimit(name, number(text.strip()), line.place()));
                return true;
            }
        }
        if (text.startsWith("rlimit")) {
            rlimit(line);
        } else if (text.startsWith("/proc/sys/")) {
            sysctl(line);
        } else if (text.startsWith("container (cgroup) information:")) {
            container = true;
        } else if (text.startsWith("container information not found")) {
            document.fact(Fact.Name.CONTAINER, "container information not found", line);
        } else if (container && text.isBlank()) {
            container = false;
        } else if (container) {
            container(line);
        } else if (text.startsWith("Virtual Size: ")) {
            Matcher size = VIRTUAL_SIZE.matcher(text);
            if (size.matches()) {
                document.add(new SeenUse(Resource.ADDRESS_SPACE, Long.parseLong(size.group(1)) * KILO, line.place()));
            }
        } else if (text.startsWith("uname:")) {
            HsErrReader.fact(
                    document, Fact.Name.KERNEL, text.substring(6).strip().replaceFirst(" #.* ", " "), line);
        } else if (text.startsWith("libc:")) {
            HsErrReader.fact(document, Fact.Name.LIBC, text.substring(5).strip().replaceFirst(" NPTL.*", ""), line);
        } else if (text.startsWith("elapsed time: ")) {
            HsErrReader.fact(document, Fact.Name.UPTIME, text.substring(14), line);
        } else {
            return nativeMemory(line) || exception(line);
        }
        return true;
    }

    private void rlimit(TextLine line) {
        Matcher one = RLIMIT.matcher(line.text());
        while (one.find()) {
            document.add(new SeenLimit(
                    RLIMITS.get(one.group(1)),
                    value(one.group(2)),
                    one.group(3) == null ? Document.UNKNOWN : value(one.group(3)),
                    line.place()));
        }
    }

    private static long value(String text) {
        if (text.equals("infinity")) {
            return SeenLimit.UNLIMITED;
        }
        return text.endsWith("k") ? kilo(text.substring(0, text.length() - 1)) : Long.parseLong(text);
    }

    private static long kilo(String digits) {
        long value = Long.parseLong(digits);
        return value > Long.MAX_VALUE / KILO ? SeenLimit.UNLIMITED : value * KILO;
    }

    /** JDK 17 has the number on the same line, JDK 11 on the next. */
    private void sysctl(TextLine line) {
        String text = line.text();
        int end = text.indexOf(' ');
        LimitName name = SYSCTLS.get(end < 0 ? text : text.substring(0, end));
        int colon = text.lastIndexOf(':');
        if (name == null || colon < 0) {
            return;
        }
        String rest = text.substring(colon + 1).strip();
        if (rest.isEmpty()) {
            onNextLine = name;
        } else if (number(rest) >= 0) {
            document.add(new SeenLimit(name, number(rest), line.place()));
        }
    }

    private static long number(String digits) {
        boolean number = !digits.isEmpty()
                && digits.length() <= LONGEST
                && digits.chars().allMatch(Character::isDigit);
        return number ? Long.parseLong(digits) : Document.UNKNOWN;
    }

    private void container(TextLine line) {
        String text = line.text();
        int colon = text.indexOf(':');
        if (colon < 0) {
            return;
        }
        String value = text.substring(colon + 1).strip();
        switch (text.substring(0, colon).strip()) {
            case "container_type" -> HsErrReader.fact(document, Fact.Name.CONTAINER, value, line);
            case "maximum number of tasks" -> limit(LimitName.PIDS_MAX, value, line);
            case "current number of tasks" -> use(Resource.CGROUP_TASKS, value, line);
            case "memory_limit_in_bytes" -> limit(LimitName.MEMORY_MAX, value, line);
            case "memory_usage_in_bytes" -> use(Resource.CGROUP_MEMORY, value, line);
            default -> {
                // Nothing about threads.
            }
        }
    }

    private void limit(LimitName name, String value, TextLine line) {
        if (value.equals("unlimited") || value.equals("-1")) {
            document.add(new SeenLimit(name, SeenLimit.UNLIMITED, line.place()));
        } else if (amount(value) >= 0) {
            document.add(new SeenLimit(name, amount(value), line.place()));
        }
    }

    private void use(Resource resource, String value, TextLine line) {
        if (amount(value) >= 0) {
            document.add(new SeenUse(resource, amount(value), line.place()));
        }
    }

    /** Bytes, or {@code 245280 k} from JDK 17 on. */
    private static long amount(String value) {
        String digits = value.endsWith(" k") ? value.substring(0, value.length() - 2) : value;
        long number = number(digits);
        return number >= 0 && value.endsWith(" k") ? kilo(digits) : number;
    }

    /**
     * The native memory summary, with -XX:NativeMemoryTracking: the number of threads, on the next line the stacks. Its
     * first line has more than the stacks.
     */
    private boolean nativeMemory(TextLine line) {
        String text = line.text();
        if (text.startsWith("-") && text.contains(NMT_THREADS)) {
            nativeThreads = true;
            return true;
        }
        if (!nativeThreads) {
            return false;
        }
        Matcher threads = NMT_COUNT.matcher(text);
        if (threads.lookingAt()) {
            count = Long.parseLong(threads.group(1));
            countLine = line;
            return true;
        }
        nativeThreads = false;
        Matcher stacks = NMT_STACKS.matcher(text);
        if (countLine == null || !stacks.matches()) {
            return false;
        }
        document.add(new ThreadTotal(
                ThreadKind.UNKNOWN,
                count,
                bytes(stacks.group(1), stacks.group(2)),
                bytes(stacks.group(3), stacks.group(4)),
                countLine.place().to(line)));
        countLine = null;
        return true;
    }

    private static long bytes(String digits, String unit) {
        return unit == null ? Long.parseLong(digits) : kilo(digits);
    }

    /**
     * The last exceptions, such as {@code Event: 2.139 Thread 0x.. Exception <a 'java/lang/OutOfMemoryError'{..}:
     * unable ...}.
     */
    private boolean exception(TextLine line) {
        boolean found = line.text().startsWith("Event: ")
                && line.text().contains("'java/lang/OutOfMemoryError'")
                && line.text().contains(": unable to create ");
        if (found) {
            document.add(Failure.of(Operation.OUT_OF_MEMORY_ERROR, line));
        }
        return found;
    }
}
