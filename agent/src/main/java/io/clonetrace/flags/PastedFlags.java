package io.clonetrace.flags;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what was pasted: a number in any base, a set of flags, a line of a tracer, or the name of a library call. What
 * has more than one meaning has more than one {@link Reading}: none is chosen.
 */
final class PastedFlags {
    /** More is no flags, but a file. */
    static final int LONGEST = 64 * 1024;

    private static final String QUOTES = "\"'`;.,";
    private static final Pattern CALLED = Pattern.compile("([A-Za-z_][A-Za-z0-9_./-]{1,40})(?:\\(\\))?");
    private static final Pattern ASSIGNED = Pattern.compile("(?i)(?:clone_?)?flags\\s*[=:]\\s*(.*+)", Pattern.DOTALL);

    /** The event task:task_newtask, by perf or ftrace. */
    private static final Pattern NEWTASK = Pattern.compile("\\bclone_flags=(?:0x)?(\\p{XDigit}{1,16}+)\\b");

    /** A record of auditd: clone and unshare on x86-64, clone on aarch64, whose numbers are below. */
    private static final Pattern AUDIT =
            Pattern.compile("\\bsyscall=(clone3?|unshare|\\d{1,3})\\b[^\n]{0,300}?\\ba0=(\\p{XDigit}{1,16}+)\\b");

    private PastedFlags() {}

    /**
     * The ways to read a text, the likeliest first; at least one.
     *
     * @throws IllegalArgumentException with one sentence if it can't be read
     */
    static List<Reading> read(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("The text is longer than " + LONGEST / 1024
                    + " KiB; a whole trace is read by explain, and by report --program.");
        }
        String pasted = unwrapped(text);
        List<Reading> known = KnownCall.named(pasted);
        Matcher called = CALLED.matcher(pasted);
        if (known.isEmpty() && called.matches()) {
            known = KnownCall.named(called.group(1));
        }
        if (!known.isEmpty()) {
            return known;
        }
        Matcher newtask = NEWTASK.matcher(pasted);
        if (newtask.find()) {
            return List.of(newtask(newtask.group(1)));
        }
        Matcher audit = AUDIT.matcher(pasted);
        if (audit.find()) {
            return List.of(audited(audit.group(1), audit.group(2)));
        }
        if (CallExcerpt.isIn(pasted)) {
            return CallExcerpt.readings(pasted);
        }
        Matcher assigned = ASSIGNED.matcher(pasted);
        return flags(assigned.matches() ? unwrapped(assigned.group(1)) : pasted);
    }

    private static List<Reading> flags(String text) {
        List<FlagToken> tokens = FlagToken.of(CallExcerpt.withoutOldGap(text));
        while (tokens.size() > 2
                && tokens.get(0).text().equals("(")
                && tokens.stream().filter(token -> token.text().equals("(")).count() == 1
                && tokens.get(tokens.size() - 1).text().equals(")")) {
            tokens = tokens.subList(1, tokens.size() - 1);
        }
        boolean negative = tokens.size() == 2 && tokens.get(0).text().equals("-");
        if (tokens.size() == 1 || negative) {
            String word = tokens.get(tokens.size() - 1).text();
            if (Character.isDigit(word.charAt(0)) || isHexadecimal(word)) {
                FlagNumber number = FlagNumber.literal(word);
                return negative ? List.of(negative(word, number)) : numbers(word, number);
            }
        }
        return List.of(FlagExpression.read(tokens));
    }

    /** A word of hexadecimal digits that begins with a letter, and is no flag's name. */
    private static boolean isHexadecimal(String word) {
        return CloneFlag.named(word).isEmpty() && word.matches("\\p{XDigit}+[uUlL]{0,3}");
    }

    private static List<Reading> numbers(String word, FlagNumber number) {
        List<Reading> readings = new ArrayList<>();
        number.decimal().ifPresent(value -> readings.add(numeric("decimal", value)));
        number.hexadecimal().ifPresent(value -> readings.add(numeric("hexadecimal", value)));
        number.binary().ifPresent(value -> readings.add(numeric("binary", value)));
        if (number.isAmbiguous()) {
            readings.sort(Comparator.comparing(reading -> reading.profiles().isEmpty()));
            return readings;
        }
        Reading reading = readings.get(readings.size() - 1);
        boolean marked = word.startsWith("0x")
                || word.startsWith("0X")
                || number.decimal().equals(number.hexadecimal());
        return List.of(
                marked ? reading.read("") : withRemark(reading, "\"" + word + "\" is read as " + reading.how() + "."));
    }

    private static Reading withRemark(Reading reading, String remark) {
        return Reading.of(reading.argument(), List.of(remark));
    }

    private static Reading numeric(String how, long value) {
        return Reading.of(CloneArgument.of(value), List.of()).read(how);
    }

    /** A negative number is a C int's or long's bits. clone's flags have 32 bits, so an int's are taken as such. */
    private static Reading negative(String word, FlagNumber number) {
        if (number.decimal().isEmpty()) {
            throw new IllegalArgumentException(
                    "\"-" + FlagToken.shown(word) + "\" is no decimal number of at most 64 bits.");
        }
        long value = -number.decimal().getAsLong();
        if (value > 0) {
            throw new IllegalArgumentException(
                    "\"-" + FlagToken.shown(word) + "\" is less than a number of 64 bits can be.");
        }
        boolean fitsInt = value >= Integer.MIN_VALUE;
        List<String> remarks = new ArrayList<>();
        remarks.add(
                fitsInt
                        ? "-" + word
                                + " is read as the 32 bits of an int; clone looks at no others. As 64 bits it is 0x"
                                + Long.toHexString(value) + ", which clone3 refuses."
                        : "-" + word + " is read as 64 bits.");
        if (value == -1) {
            remarks.add("In clonetrace's events, -1 means that the flags were not observed.");
        }
        return Reading.of(CloneArgument.of(fitsInt ? value & 0xffff_ffffL : value), remarks);
    }

    private static Reading newtask(String digits) {
        return Reading.of(
                CloneArgument.of(Long.parseUnsignedLong(digits, 16)),
                List.of(
                        "clone_flags of task_newtask is hexadecimal, and without the exit signal, which the event does not"
                                + " show."));
    }

    private static Reading audited(String syscall, String digits) {
        Reading.Call call = switch (syscall) {
            case "clone", "56", "220" -> Reading.Call.CLONE;
            case "unshare", "272", "97" -> Reading.Call.UNSHARE;
            case "clone3", "435" ->
                throw new IllegalArgumentException("a0 of clone3 is an address: auditd does not record its flags.");
            default ->
                throw new IllegalArgumentException(
                        "System call " + syscall + " of that audit record is neither clone nor unshare.");
        };
        return new Reading(
                "",
                CloneArgument.of(Long.parseUnsignedLong(digits, 16)),
                call,
                null,
                List.of("a0 of an audit record is hexadecimal."));
    }

    private static String unwrapped(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isWrapping(text.charAt(from))) {
            from++;
        }
        while (to > from && isWrapping(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isWrapping(char c) {
        return c <= ' ' || Character.isSpaceChar(c) || c == '\ufeff' || QUOTES.indexOf(c) >= 0;
    }
}
