package io.clonetrace.explain.memory;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.JcmdPid;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code jcmd PID System.map} of JDK 24 and later (HotSpot's memMapPrinter.cpp), which names the thread of each
 * stack if the JVM tracks its native memory.
 */
public final class SystemMapReader implements LineReader {
    private static final Pattern MAPPING = Pattern.compile(
            "0x(\\p{XDigit}{16})-0x(\\p{XDigit}{16})\\s+(\\d{1,18}) ([r-][w-][x-][ps])\\s+(\\d{1,18})\\s.*");

    /** The name's spaces are dashes; several names share a mapping where two regions do. */
    private static final Pattern STACK = Pattern.compile(".*\\sSTACK-([1-9]\\d{0,9})-(\\S{1,200}?)(?:,\\S*)?\\s.*");

    private static final int LONGEST_LEGEND = 60;

    /** Each line explains a word, or is the head of the table. */
    private static final Pattern LEGEND = Pattern.compile("[\\w, ]{2,25}: .*|from {5,}to .*|={20,}");

    /** What follows the number of mappings. */
    private static final Pattern SUMS =
            Pattern.compile("(?:vsize|rss|committed|shared|swapped out|using thp|hugetlb): \\d{1,18} \\(.*");

    private static final Pattern NUMBER = Pattern.compile("Number of mappings: (\\d{1,12})");
    /** No line is longer: a path has up to 4,096 bytes. */
    private static final int LONGEST = 5_000;

    private static final String BEGIN = "Memory mappings:";

    private final Documents documents;
    private final JcmdPid pid = new JcmdPid();
    private Document map;
    private TextLine legend;
    private TextLine first;
    private TextLine last;
    private long count;
    private boolean ended;
    private long previousEnd;

    private long tid;
    private String name;
    private long size;
    private Place place;

    private long stacks;
    private long reserved;
    private long touched;
    private Place stackPlace;

    public SystemMapReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text().strip();
        if (text.length() > LONGEST) {
            return false;
        }
        if (text.startsWith("0x")) {
            Matcher matcher = MAPPING.matcher(text);
            return matcher.matches() && mapping(matcher, text, line);
        }
        if (text.equals(BEGIN)) {
            close();
            legend = line;
            return true;
        }
        if (map == null) {
            return legend != null ? legend(text, line) : sums(text, line);
        }
        return number(text, line);
    }

    /** Between the first line and the first mapping. */
    private boolean legend(String text, TextLine line) {
        boolean inside = line.number() - legend.number() <= LONGEST_LEGEND;
        if (inside && LEGEND.matcher(text).matches()) {
            return true;
        }
        legend = inside && text.isEmpty() ? legend : null;
        return false;
    }

    private boolean number(String text, TextLine line) {
        Matcher number = text.startsWith("Number of") ? NUMBER.matcher(text) : null;
        if (number == null || !number.matches()) {
            return false;
        }
        ended = true;
        map.add(new SeenUse(Resource.MAPPINGS, Long.parseLong(number.group(1)), line.place()));
        close();
        return true;
    }

    private boolean sums(String text, TextLine line) {
        pid.look(line);
        boolean sums = ended && SUMS.matcher(text).matches();
        ended = sums || ended && text.isEmpty();
        return sums;
    }

    /** Whether it is one: it has the size that its addresses have. */
    private boolean mapping(Matcher matcher, String text, TextLine line) {
        long start = Long.parseUnsignedLong(matcher.group(1), 16);
        long end = Long.parseUnsignedLong(matcher.group(2), 16);
        if (end - start != Long.parseLong(matcher.group(3))) {
            return false;
        }
        if (map != null && Long.compareUnsigned(start, previousEnd) < 0) {
            close();
        }
        if (map == null) {
            begin(line);
        }
        previousEnd = end;
        map.extend(line);
        last = line;
        count++;
        Matcher stack = text.indexOf("STACK-") >= 0 ? STACK.matcher(text) : null;
        if (stack != null && stack.matches()) {
            stack(Long.parseLong(stack.group(1)), stack.group(2), matcher, line);
        } else {
            flush();
        }
        return true;
    }

    private void stack(long ofTid, String ofName, Matcher mapping, TextLine line) {
        if (tid != ofTid) {
            flush();
            tid = ofTid;
            name = ofName;
            place = line.place();
        }
        place = place.to(line);
        stackPlace = stackPlace == null ? line.place() : stackPlace.to(line);
        long bytes = Long.parseLong(mapping.group(3));
        size += bytes;
        reserved += bytes;
        touched += Long.parseLong(mapping.group(5));
    }

    private void flush() {
        if (tid != 0) {
            stacks++;
            map.add(new SeenThread(ThreadKind.UNKNOWN, name, tid, Document.UNKNOWN, size, null, place));
        }
        tid = 0;
        size = 0;
    }

    private void begin(TextLine line) {
        first = legend == null ? line : legend;
        legend = null;
        map = documents.begin(DocumentKind.MAPPINGS, "jcmd System.map", first);
        pid.tell(map);
        last = line;
        count = 0;
        ended = false;
        stacks = 0;
        reserved = 0;
        touched = 0;
        stackPlace = null;
    }

    private void close() {
        if (map == null) {
            return;
        }
        flush();
        if (!ended) {
            map.add(new SeenUse(
                    Resource.MAPPINGS, count, true, false, first.place().to(last)));
            gap("The map is cut off: it has no line \"Number of mappings\".");
        }
        if (stacks > 0) {
            map.add(new ThreadTotal(ThreadKind.UNKNOWN, stacks, reserved, touched, stackPlace));
        } else {
            gap("The map names no stacks: the JVM runs without -XX:NativeMemoryTracking=summary.");
        }
        map = null;
    }

    private void gap(String sentence) {
        map.add(new Gap(sentence, first.place()));
    }

    @Override
    public void end() {
        close();
    }
}
