package io.clonetrace.explain.hserr;

import io.clonetrace.explain.evidence.CrashedStack;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What failed, and in which JVM: the lines with {@code #}, and those about the thread that noticed. */
final class HsErrHeader {
    /**
     * VMError::report. JDK 8: {@code (mmap) failed to map 12288 bytes for committing reserved memory.}; later {@code .
     * Error detail: committing reserved memory.}
     */
    private static final Pattern NATIVE_MEMORY =
            Pattern.compile("# Native memory allocation \\((\\w+)\\) failed to \\w+ (\\d{1,18}) bytes"
                    + "(?:\\. Error detail: | for )?(.*?)\\.?");

    private static final String CANNOT_CREATE = "# Cannot create ";
    private static final Pattern NO_THREAD =
            Pattern.compile("# Cannot create (?:worker )?(.{1,40}?)(?: thread)?\\. Out of system resources\\.");

    private static final Pattern PROCESS = Pattern.compile(", pid=(\\d{1,10}), tid=(?:0x)?\\p{XDigit}{1,16}$");
    private static final Pattern VERSION = Pattern.compile("# JRE version: .*?\\(((?:build )?[^()]+)\\).*");
    private static final Pattern STACK = Pattern.compile("Stack: \\[0x(\\p{XDigit}{1,16}),0x(\\p{XDigit}{1,16})\\],  "
            + "sp=0x(\\p{XDigit}{1,16}),  free space=\\d{1,15}k.*");

    private static final Pattern SIGNAL_ADDRESS =
            Pattern.compile("siginfo: .*(SIGSEGV|SIGBUS).*si_addr[:=] ?0x(\\p{XDigit}{1,16}).*");

    private static final String MAKES_GUARD_ZONE = "create_stack_guard_pages";
    private static final String GUARD_ZONE = "memory to guard stack pages";

    /** HotSpot's own guard zones have yellow, red and (from JDK 9) reserved pages of 4 KiB. */
    private static final long SMALLEST_GUARD = 12 * 1024;

    private static final long LARGEST_GUARD = 16 * 1024;

    private final Document document;
    private Failure memory;
    private boolean guardZone;
    private long stackLow = -1;
    private String currentThread;

    HsErrHeader(Document document) {
        this.document = document;
    }

    void read(TextLine line) {
        String text = line.text();
        Matcher process = PROCESS.matcher(text);
        if (text.startsWith("# Native memory allocation (")) {
            nativeMemory(line);
        } else if (text.startsWith(CANNOT_CREATE)) {
            Matcher thread = NO_THREAD.matcher(text);
            if (thread.matches()) {
                document.add(Failure.of(Operation.PTHREAD_CREATE, line).withSubject(thread.group(1) + " thread"));
            }
        } else if (text.startsWith("# JRE version: ")) {
            Matcher version = VERSION.matcher(text);
            HsErrReader.fact(
                    document,
                    Fact.Name.JVM,
                    version.matches() ? version.group(1).replaceFirst("^build ", "") : text.substring(15),
                    line);
        } else if (process.find()) {
            HsErrReader.fact(document, Fact.Name.PID, process.group(1), line);
            HsErrReader.fact(
                    document,
                    Fact.Name.ERROR,
                    text.substring(1, process.start()).strip(),
                    line);
        }
    }

    private void nativeMemory(TextLine line) {
        Matcher matcher = NATIVE_MEMORY.matcher(line.text());
        if (!matcher.matches()) {
            return;
        }
        String call = matcher.group(1).toLowerCase(Locale.ROOT);
        String detail = matcher.group(3).strip();
        Operation operation = switch (call) {
            case "mprotect" -> detail.contains(GUARD_ZONE) ? Operation.GUARD_ZONE : Operation.MPROTECT;
            case "malloc", "realloc" -> Operation.MALLOC;
            default -> Operation.MMAP;
        };
        memory = Failure.of(operation, line)
                .withBytes(Long.parseLong(matcher.group(2)))
                .withDetail(operation == Operation.GUARD_ZONE ? call : detail.isEmpty() ? null : detail);
    }

    /** A line of the sections that is in no list; whether it says anything. */
    boolean inSections(TextLine line) {
        String text = line.text();
        if (text.startsWith("Stack: [")) {
            stack(line);
        } else if (text.startsWith("V  [") && text.contains(MAKES_GUARD_ZONE)) {
            guardZone(line);
        } else if (text.startsWith("Current thread (")) {
            current(text);
        } else if (text.startsWith("siginfo: ")) {
            signal(line);
        } else if (text.startsWith("java_command: ")) {
            // The arguments may hold secrets.
            HsErrReader.fact(
                    document, Fact.Name.MAIN_CLASS, text.substring(14).strip().split(" ", 2)[0], line);
        } else if (text.startsWith("Time: ")) {
            HsErrReader.fact(document, Fact.Name.TIME, text.substring(6).replaceFirst(" elapsed time: .*", ""), line);
        } else if (text.startsWith("time: ")) {
            HsErrReader.fact(document, Fact.Name.TIME, text.substring(6), line);
        } else if (text.startsWith("vm_info: ")) {
            Matcher version = Pattern.compile(".* JRE \\(([^()]{1,80})\\).*").matcher(text);
            if (version.matches()) {
                HsErrReader.fact(document, Fact.Name.JVM, version.group(1), line);
            }
        } else {
            return false;
        }
        return true;
    }

    /** A mapping of a guard zone is committed, then protected: either call splits a mapping. */
    private void guardZone(TextLine line) {
        if (memory != null && memory.operation() == Operation.MMAP) {
            guardZone = true;
            memory = memory.withDetail("mmap").as(Operation.GUARD_ZONE, line.place());
        }
    }

    private void current(String text) {
        int name = text.indexOf('"');
        int end = text.lastIndexOf("\" ");
        currentThread = name >= 0 && end > name ? text.substring(name + 1, end) : null;
    }

    private void stack(TextLine line) {
        Matcher stack = STACK.matcher(line.text());
        if (!stack.matches()) {
            return;
        }
        long low = Long.parseUnsignedLong(stack.group(1), 16);
        long high = Long.parseUnsignedLong(stack.group(2), 16);
        long pointer = Long.parseUnsignedLong(stack.group(3), 16);
        if (Long.compareUnsigned(low, high) >= 0) {
            return;
        }
        stackLow = low;
        document.add(new CrashedStack(currentThread, high - low, pointer - low, line.place()));
    }

    private void signal(TextLine line) {
        Matcher signal = SIGNAL_ADDRESS.matcher(line.text());
        if (signal.matches() && stackLow >= 0) {
            long address = Long.parseUnsignedLong(signal.group(2), 16);
            document.add(new CrashedStack.Access(address - stackLow, line.place()));
        }
    }

    void end() {
        if (memory != null) {
            boolean sized = memory.operation() == Operation.MMAP
                    && memory.bytes() >= SMALLEST_GUARD
                    && memory.bytes() <= LARGEST_GUARD;
            document.add(
                    sized && !guardZone
                            ? memory.withDetail(
                                    (memory.detail() == null ? "" : memory.detail() + ", ") + Document.GUARD_ZONE_SIZED)
                            : memory);
        }
        memory = null;
    }
}
