package io.clonetrace.flags;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as it is written, and what it may be.
 *
 * @param hexadecimal its value with the base 16, empty if it can't be that
 * @param decimal its value with the base 10, empty if it can't be that
 * @param binary its value with the base 2, empty if it can't be that
 */
record FlagNumber(OptionalLong hexadecimal, OptionalLong decimal, OptionalLong binary) {
    private static final Pattern MARKED = Pattern.compile("0[xX](\\p{XDigit}++)(?:[uU]?[lL]{0,2}|[lL]{1,2}[uU])");
    private static final Pattern BINARY = Pattern.compile("0[bB]([01]++)(?:[uU]?[lL]{0,2}|[lL]{1,2}[uU])");
    private static final Pattern PLAIN = Pattern.compile("(\\p{XDigit}++)(?:[uU]?[lL]{0,2}|[lL]{1,2}[uU])");
    private static final OptionalLong NONE = OptionalLong.empty();

    /**
     * Reads a number. Without {@code 0x} it may be both hexadecimal and decimal; it is hexadecimal only if it has
     * letters or begins with 0, as numbers of fixed width do.
     *
     * @throws IllegalArgumentException with one sentence if the text is no number of at most 64 bits
     */
    static FlagNumber literal(String text) {
        Matcher marked = MARKED.matcher(text);
        Matcher plain = PLAIN.matcher(text);
        Matcher binary = BINARY.matcher(text);
        FlagNumber number = new FlagNumber(NONE, NONE, NONE);
        if (marked.matches()) {
            number = new FlagNumber(parsed(marked.group(1), 16), NONE, NONE);
        } else if (plain.matches()) {
            String digits = plain.group(1);
            boolean fixedWidth = digits.length() > 1 && digits.startsWith("0");
            number = new FlagNumber(
                    parsed(digits, 16),
                    fixedWidth ? NONE : parsed(digits, 10),
                    binary.matches() ? parsed(binary.group(1), 2) : NONE);
        }
        if (number.hexadecimal.isEmpty() && number.decimal.isEmpty()) {
            throw new IllegalArgumentException("\"" + FlagToken.shown(text)
                    + "\" is neither a clone flag such as CLONE_VM, nor a number of at most 64 bits such as 0x3d0f00, nor a"
                    + " call such as pthread_create.");
        }
        return number;
    }

    /** Whether it can be read in more than one way, with different results. */
    boolean isAmbiguous() {
        return decimal.isPresent() && hexadecimal.isPresent() && !decimal.equals(hexadecimal) || binary.isPresent();
    }

    /** The value within an expression, where a plain number is decimal unless it can't be, as in C. */
    long value(String text) {
        if (binary.isPresent()) {
            throw new IllegalArgumentException(
                    "\"" + FlagToken.shown(text) + "\" may be binary or hexadecimal: write it with 0x.");
        }
        return decimal.orElseGet(hexadecimal::getAsLong);
    }

    private static OptionalLong parsed(String digits, int base) {
        try {
            return OptionalLong.of(Long.parseUnsignedLong(digits, base));
        } catch (NumberFormatException tooLong) { // or letters in a decimal number
            return NONE;
        }
    }
}
