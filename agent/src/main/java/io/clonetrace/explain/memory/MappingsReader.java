package io.clonetrace.explain.memory;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the mappings in {@code /proc/PID/maps} and smaps (proc_pid_maps(5)), which vm.max_map_count limits, and among
 * them what is mapped like stacks.
 */
public final class MappingsReader implements LineReader {
    private static final Pattern MAPPING = Pattern.compile("(?:\\S{0,100}maps:)?(\\p{XDigit}{5,16})-(\\p{XDigit}{5,16})"
            + " ([r-][w-][x-][ps]) \\p{XDigit}{8,16} \\p{XDigit}{2,4}:\\p{XDigit}{2,6} (\\d{1,20})(?: +(.*?))?\\s*");

    private static final Pattern SMAPS =
            Pattern.compile("([A-Z][A-Za-z_]{2,30}):\\s+(?:(\\d{1,15}) kB|[\\w ]{1,100})\\s*");

    /** Before Linux 4.5. */
    private static final String STACK_OF = "[stack:";

    private static final int LONGEST_ADDRESS = 16;

    /** No line is longer: a path has up to 4,096 bytes. */
    private static final int LONGEST = 5_000;

    private static final long KIBIBYTE = 1024;

    private final Documents documents;
    private Document mappings;
    private TextLine first;
    private TextLine last;
    private long count;
    private long previousEnd;
    private boolean mainStack;
    private boolean rss;
    private StackPairs stacks;

    public MappingsReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (text.length() > LONGEST) {
            return false;
        }
        int dash = text.indexOf('-');
        if (dash > 0 && (dash <= LONGEST_ADDRESS || text.indexOf("maps:") >= 0)) {
            Matcher matcher = MAPPING.matcher(text);
            if (matcher.matches()) {
                return mapping(matcher, line);
            }
        }
        return mappings != null && field(text, line);
    }

    /** Whether it is one: each ends above its start. */
    private boolean mapping(Matcher matcher, TextLine line) {
        long start = Long.parseUnsignedLong(matcher.group(1), 16);
        long end = Long.parseUnsignedLong(matcher.group(2), 16);
        if (Long.compareUnsigned(start, end) >= 0) {
            return false;
        }
        // The kernel lists them in order: a lower one begins the next listing.
        if (mappings != null && Long.compareUnsigned(start, previousEnd) < 0) {
            close();
        }
        if (mappings == null) {
            begin(line);
        }
        mappings.extend(line);
        last = line;
        previousEnd = end;
        String name = matcher.group(5) == null ? "" : matcher.group(5);
        if (name.equals("[vsyscall]")) {
            // The kernel adds it to the list; it is no mapping of the process.
            return true;
        }
        count++;
        mainStack |= name.equals("[stack]");
        boolean anonymous = matcher.group(4).equals("0")
                && (name.isEmpty() || name.startsWith(STACK_OF) || name.startsWith("[anon:"));
        stacks.mapping(start, end, matcher.group(3), anonymous);
        return true;
    }

    private boolean field(String text, TextLine line) {
        if (text.isEmpty() || text.charAt(0) < 'A' || text.charAt(0) > 'Z') {
            return false;
        }
        Matcher matcher = SMAPS.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        if (matcher.group(2) != null && matcher.group(1).equals("Rss")) {
            rss = true;
            stacks.rss(Long.parseLong(matcher.group(2)) * KIBIBYTE);
        }
        mappings.extend(line);
        return true;
    }

    private void begin(TextLine line) {
        mappings = documents.begin(DocumentKind.MAPPINGS, "/proc/PID/maps or smaps", line);
        first = line;
        count = 0;
        mainStack = false;
        rss = false;
        stacks = new StackPairs();
    }

    private void close() {
        if (mappings == null) {
            return;
        }
        mappings.add(new SeenUse(
                Resource.MAPPINGS, count, !mainStack, false, first.place().to(last)));
        if (!mainStack) {
            gap("The list is cut off: it has no [stack], which is near the end of each.");
        }
        if (stacks.count() > 0) {
            mappings.add(new ThreadTotal(
                    ThreadKind.UNKNOWN,
                    stacks.count(),
                    stacks.reserved(),
                    rss ? stacks.touched() : Document.UNKNOWN,
                    first.place().to(last)));
            gap("The list does not say what a mapping is for: as stacks count " + stacks.count()
                    + " writable mappings right above a guard of at most 64 KiB; "
                    + (stacks.count() - stacks.withOnePage())
                    + " of the guards are larger than a page, as those of Java threads.");
        }
        mappings = null;
    }

    private void gap(String sentence) {
        mappings.add(new Gap(sentence, first.place().to(last)));
    }

    @Override
    public void end() {
        close();
    }
}
