package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.SeenLimit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a number as limits show it. */
final class Amount {
    /** A number, or the word for no limit. */
    static final String NUMBER = "(unlimited|infinity|max|-1|\\d{1,20})";

    static final long KIBIBYTE = 1024;

    /** No limit in a cgroup of version 1: PAGE_COUNTER_MAX pages (linux/page_counter.h), whatever a page has. */
    private static final long VERSION_1_UNLIMITED = Long.MAX_VALUE - (1 << 16) + 1;

    /** systemd's format_bytes: {@code 616.7M}. */
    private static final Pattern WITH_SUFFIX = Pattern.compile("(\\d{1,15})(?:\\.(\\d{1,3}))?([BKMGTPE]?)");

    private static final String SUFFIXES = "BKMGTPE";

    private Amount() {}

    /**
     * A number that matches {@link #NUMBER}; {@link SeenLimit#UNLIMITED} for the words, and for what exceeds a long.
     *
     * @param unit bytes of one
     */
    static long of(String number, long unit) {
        char first = number.charAt(0);
        if (first < '0' || first > '9') {
            return SeenLimit.UNLIMITED;
        }
        long value;
        try {
            value = Long.parseLong(number);
        } catch (NumberFormatException tooLarge) {
            return SeenLimit.UNLIMITED;
        }
        return value >= VERSION_1_UNLIMITED / unit ? SeenLimit.UNLIMITED : value * unit;
    }

    /** An amount of bytes with systemd's suffix; {@link Document#UNKNOWN} if it is none. */
    static long withSuffix(String text) {
        if (text.equals("infinity") || text.equals("max")) {
            return SeenLimit.UNLIMITED;
        }
        Matcher matcher = WITH_SUFFIX.matcher(text);
        if (!matcher.matches()) {
            return text.matches("\\d{16,20}") ? of(text, 1) : Document.UNKNOWN;
        }
        int power = Math.max(0, SUFFIXES.indexOf(matcher.group(3)));
        String digits = matcher.group(2) == null ? "0" : matcher.group(2);
        double value = Double.parseDouble(matcher.group(1) + "." + digits) * Math.pow(KIBIBYTE, power);
        return value >= VERSION_1_UNLIMITED ? SeenLimit.UNLIMITED : Math.round(value);
    }

    /** The bytes of a unit as shells call it; 1 for a count. */
    static long unit(String name) {
        if (name == null) {
            return 1;
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "kbytes", "kb", "kibytes", "kib" -> KIBIBYTE;
            case "mbytes", "mb" -> KIBIBYTE * KIBIBYTE;
            default -> 1;
        };
    }
}
