package io.clonetrace.explain.memory;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.JcmdPid;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the threads of {@code jcmd PID VM.native_memory}, summary, detail and their diff, of JDK 8 to 27 (HotSpot's
 * memReporter.cpp), in bytes, KB, MB or GB. JDK 23 and later put it into hs_err files, too.
 */
public final class NativeMemoryReader implements LineReader {
    private static final String BEGIN = "Native Memory Tracking:";
    private static final String AMOUNT = "(\\d{1,18})([KMG]?B?)(?: [+-]\\d{1,18}[KMG]?B?)?";

    private static final Pattern CATEGORY =
            Pattern.compile("-\\s{1,40}(\\S[\\w ]{0,40}?) \\(reserved=" + AMOUNT + ", committed=" + AMOUNT + ".*");
    private static final Pattern COUNT = Pattern.compile("\\(threads? #(\\d{1,10})(?: ([+-]\\d{1,10}))?\\).*");
    private static final Pattern STACK =
            Pattern.compile("\\(stack: reserved=" + AMOUNT + ", committed=" + AMOUNT + ".*");
    private static final Pattern OMITTED = Pattern.compile("\\(Omitting categories weighting less than 1([KMG]B)\\)");

    /** How other lines of the summary, and those of the details after it, begin. */
    private static final List<String> OTHERS =
            List.of("Total: ", "malloc: ", "malloc=", "mmap: ", ": (", "Details:", "Virtual memory map:", "[0x");

    private final Documents documents;
    private final JcmdPid pid = new JcmdPid();
    private Document summary;
    private Place place;
    private String omitted;
    private boolean inThreads;
    private boolean told;
    private boolean categories;
    private long count;
    private String growth;

    public NativeMemoryReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text().strip();
        if (text.startsWith(BEGIN)) {
            close();
            begin(line);
            pid.tell(summary);
            return true;
        }
        pid.look(line);
        if (text.isEmpty()) {
            return false;
        }
        char c = text.charAt(0);
        boolean read = c == '-' ? category(text, line) : c == '(' ? detail(text, line) : total(text);
        if (read && summary != null) {
            summary.extend(line);
        }
        return read;
    }

    private void begin(TextLine line) {
        summary = documents.begin(DocumentKind.NATIVE_MEMORY, null, line);
        place = line.place();
        omitted = null;
        inThreads = false;
        told = false;
        categories = false;
    }

    private boolean total(String text) {
        return summary != null && OTHERS.stream().anyMatch(text::startsWith);
    }

    private boolean category(String text, TextLine line) {
        Matcher matcher = CATEGORY.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        inThreads = matcher.group(1).equals("Thread");
        if (summary == null && inThreads) {
            begin(line);
            summary.add(new Gap("The summary lacks its beginning.", place));
        }
        categories = true;
        count = Document.UNKNOWN;
        growth = null;
        return summary != null;
    }

    private boolean detail(String text, TextLine line) {
        if (summary == null) {
            return false;
        }
        Matcher scale = OMITTED.matcher(text);
        if (scale.matches()) {
            omitted = scale.group(1);
            return true;
        }
        if (!inThreads) {
            return categories;
        }
        Matcher threads = COUNT.matcher(text);
        if (threads.matches()) {
            count = Long.parseLong(threads.group(1));
            growth = threads.group(2);
            place = line.place();
            return true;
        }
        Matcher stack = STACK.matcher(text);
        if (stack.matches()) {
            stack(stack, line);
        }
        return true;
    }

    private void stack(Matcher stack, TextLine line) {
        long reserved = bytes(stack.group(1), stack.group(2));
        long committed = bytes(stack.group(3), stack.group(4));
        Place at = count < 0 ? line.place() : place.to(line);
        summary.add(new ThreadTotal(ThreadKind.UNKNOWN, count, reserved, committed, at));
        told = true;
        if (growth != null) {
            summary.add(new Gap("Since the baseline: " + growth + " threads.", at));
        }
        if (reserved == committed && reserved > 0) {
            summary.add(new Gap(
                    "How much of the stacks is in memory is not stated: JDK 8 to 10 count all of a stack as committed"
                            + " (JDK-8191369).",
                    at));
        }
    }

    private void close() {
        if (summary == null) {
            return;
        }
        if (!told && omitted != null && categories) {
            summary.add(new Gap(
                    "Threads weigh less than 1 " + omitted + " and were omitted; jcmd PID VM.native_memory scale=KB"
                            + " lists them.",
                    place));
        } else if (!told) {
            summary.add(new Gap("The summary is cut off: it has no threads.", place));
        }
        summary = null;
    }

    @Override
    public void end() {
        close();
    }

    private static long bytes(String number, String unit) {
        int shift = unit.isEmpty() ? 0 : 10 * (1 + Math.max(-1, "KMG".indexOf(unit.charAt(0))));
        long value = Long.parseLong(number);
        return value > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : value << shift;
    }
}
