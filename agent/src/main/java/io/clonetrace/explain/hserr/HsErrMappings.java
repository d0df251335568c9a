package io.clonetrace.explain.hserr;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.TextLine;

/**
 * {@code Dynamic libraries:}, the lines of /proc/self/maps; from JDK 21 on their number follows. {@code [vsyscall]} is
 * the kernel's and counts in no limit.
 */
final class HsErrMappings {
    private static final String HEAD = "Dynamic libraries:";
    private static final String TOTAL = "Total number of mappings: ";
    private static final int SHORTEST = 8;

    private final Document document;
    private boolean inside;
    private long count;
    private long notCounted;
    private Place place;
    private boolean ended;

    HsErrMappings(Document document) {
        this.document = document;
    }

    boolean read(TextLine line) {
        String text = line.text();
        if (!inside) {
            if (!ended && text.startsWith(HEAD)) {
                inside = true;
                return true;
            }
            return false;
        }
        if (isMapping(text)) {
            place = place == null ? line.place() : place.to(line);
            count++;
            notCounted += text.endsWith("[vsyscall]") ? 1 : 0;
            return true;
        }
        if (text.startsWith(TOTAL) && text.length() > TOTAL.length()) {
            total(line);
            return true;
        }
        if (!text.isBlank() || count > 0) {
            finish(false);
        }
        return false;
    }

    private void total(TextLine line) {
        String digits = line.text().substring(TOTAL.length()).strip();
        inside = false;
        ended = true;
        if (digits.matches("\\d{1,12}")) {
            long total = Long.parseLong(digits);
            document.add(new SeenUse(Resource.MAPPINGS, total - notCounted, line.place()));
            if (total != count) {
                document.add(new Gap(
                        "The list of mappings is " + (total > count ? "shortened" : "longer than stated") + ": " + total
                                + " by its own count, " + count + " listed.",
                        place == null ? line.place() : place));
            }
        }
    }

    private void finish(boolean cutOff) {
        inside = false;
        ended = true;
        if (count > 0) {
            document.add(new SeenUse(Resource.MAPPINGS, count - notCounted, cutOff, false, place));
        }
    }

    void end() {
        if (inside) {
            finish(true);
        }
    }

    /** {@code 7f0001000000-7f0001003000 ---p }; a cheap look, as a file has 65,530 of them. */
    private static boolean isMapping(String text) {
        int dash = text.indexOf('-');
        int space = text.indexOf(' ');
        if (dash < SHORTEST - 2 || space < dash + SHORTEST - 2 || text.length() < space + 6) {
            return false;
        }
        for (int i = 0; i < space; i++) {
            if (i != dash && Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        char shared = text.charAt(space + 4);
        return (shared == 'p' || shared == 's') && text.charAt(space + 5) == ' ';
    }
}
