package io.clonetrace.clone;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parts of a written set of flags, before the low byte of its numbers is interpreted.
 *
 * @param named the bits of the flags that were named
 * @param numbers the numbers, or-ed
 * @param signal the signal that was named, 0 for none
 */
record FlagText(long named, long numbers, int signal) {

    static FlagText parse(String text) {
        long named = 0;
        long numbers = 0;
        int signal = 0;
        for (String part : withoutComments(text).split("[|,]", -1)) {
            String word = part.strip();
            Optional<CloneFlag> flag = CloneFlag.named(word);
            Optional<RetiredFlag> retired = RetiredFlag.named(word);
            OptionalInt signalNumber = ExitSignal.number(word);
            if (flag.isPresent()) {
                named |= flag.get().bit();
            } else if (retired.isPresent()) {
                named |= retired.get().bit();
            } else if (signalNumber.isPresent() && signal == 0) {
                signal = signalNumber.getAsInt();
            } else if (signalNumber.isPresent()) {
                throw new IllegalArgumentException("\"" + text + "\" names more than one exit signal.");
            } else {
                numbers |= number(word);
            }
        }
        return new FlagText(named, numbers, signal);
    }

    /**
     * Replaces each comment by a blank; an unterminated one stays. Written by hand because the text may come from a
     * hostile trace, and a regular expression would search for the end again from each comment's beginning.
     */
    private static String withoutComments(String text) {
        StringBuilder rest = new StringBuilder(text.length());
        int at = 0;
        int comment = text.indexOf("/*");
        int end = comment < 0 ? -1 : text.indexOf("*/", comment + 2);
        while (comment >= 0 && end >= 0) {
            rest.append(text, at, comment).append(' ');
            at = end + 2;
            comment = text.indexOf("/*", at);
            end = comment < 0 ? -1 : text.indexOf("*/", comment + 2);
        }
        return rest.append(text, at, text.length()).toString();
    }

    private static long number(String word) {
        try {
            boolean hexadecimal = word.startsWith("0x") || word.startsWith("0X");
            String digits = hexadecimal ? word.substring(2) : word;
            if (!digits.isEmpty() && Character.digit(digits.charAt(0), 16) >= 0) { // parseUnsignedLong takes a sign too
                return Long.parseUnsignedLong(digits, hexadecimal ? 16 : 10);
            }
        } catch (NumberFormatException notOne) {
            // reported below, with a better message
        }
        throw new IllegalArgumentException("\"" + word
                + "\" is neither a clone flag such as CLONE_VM nor a number of at most 64 bits such as 0x3d0f00.");
    }
}
