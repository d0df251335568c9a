package io.clonetrace.flags;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.clone.RetiredFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A set of flags as C, Go, Rust or a tracer writes it: names and numbers, joined by {@code |}, {@code ,} or blanks,
 * with parentheses, shifts, {@code &}, {@code ~} and {@code +}. The low byte of its numbers is the exit signal, so
 * CLONE_NEWTIME can only be named.
 */
final class FlagExpression {
    private static final int DEEPEST = 64;

    /** What a part of the expression stands for; NEWTIME's bit, by its name, is apart from the exit signal's. */
    private record Value(long bits, boolean newtime, int signal) {
        boolean isNumber() {
            return !newtime && signal == 0;
        }
    }

    private final List<FlagToken> tokens;
    private final List<String> remarks = new ArrayList<>();
    private int at;
    private int depth;

    private FlagExpression(List<FlagToken> tokens) {
        this.tokens = tokens;
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException with one sentence that names the part that it can't read
     */
    static Reading read(List<FlagToken> tokens) {
        FlagExpression expression = new FlagExpression(tokens);
        Value value = expression.joined();
        if (expression.at < tokens.size()) {
            throw expression.unexpected();
        }
        return Reading.of(argument(value), expression.remarks);
    }

    private static CloneArgument argument(Value value) {
        CloneArgument number = CloneArgument.of(value.bits);
        if (value.signal != 0 && number.exitSignal() != 0 && value.signal != number.exitSignal()) {
            throw new IllegalArgumentException(twoSignals(value.signal, number.exitSignal()));
        }
        long newtime = value.newtime ? CloneFlag.CLONE_NEWTIME.bit() : 0;
        return new CloneArgument(new CloneFlags(number.flags().bits() | newtime), value.signal | number.exitSignal());
    }

    private static String twoSignals(int one, int other) {
        return "The text has two exit signals, " + ExitSignal.name(one) + " and " + ExitSignal.name(other) + ".";
    }

    private Value joined() {
        Value value = masked();
        while (at < tokens.size() && !next(")")) {
            boolean joint = take("|") || take(",");
            if (!joint && !tokens.get(at).beginsValue()) {
                throw unexpected();
            }
            value = join(value, masked());
        }
        return value;
    }

    private static Value join(Value one, Value other) {
        if (one.signal != 0 && other.signal != 0 && one.signal != other.signal) {
            throw new IllegalArgumentException(twoSignals(one.signal, other.signal));
        }
        return new Value(one.bits | other.bits, one.newtime | other.newtime, one.signal | other.signal);
    }

    private Value masked() {
        Value value = shifted();
        while (take("&")) {
            Value mask = shifted();
            value = plain(number(value, "&") & number(mask, "&"));
        }
        return value;
    }

    private Value shifted() {
        Value value = added();
        while (take("<<")) {
            long shift = number(added(), "<<");
            if (shift < 0 || shift > 63) {
                throw new IllegalArgumentException("A shift by " + shift + " leaves nothing of 64 bits.");
            }
            value = plain(number(value, "<<") << shift);
        }
        return value;
    }

    private Value added() {
        Value value = single();
        while (take("+")) {
            value = plain(number(value, "+") + number(single(), "+"));
        }
        return value;
    }

    private Value single() {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("The text nests more than " + DEEPEST + " levels.");
        }
        try {
            if (take("~")) {
                return plain(~number(single(), "~"));
            }
            if (take("-")) {
                return plain(-number(single(), "-"));
            }
            if (take("(")) {
                Value inner = joined();
                if (!take(")")) {
                    throw new IllegalArgumentException("A parenthesis is not closed.");
                }
                return inner;
            }
            if (at == tokens.size()) {
                throw new IllegalArgumentException(
                        at == 0
                                ? "There are no flags in it."
                                : "The text ends with "
                                        + quoted(tokens.get(at - 1).text()) + ": is a part missing?");
            }
            if (!tokens.get(at).beginsValue()) {
                throw unexpected();
            }
            return named(tokens.get(at++).text());
        } finally {
            depth--;
        }
    }

    private Value named(String text) {
        if (text.equalsIgnoreCase("CSIGNAL")) {
            remarks.add(
                    "CSIGNAL is no flag but the mask 0xff: the bits of clone's argument that hold the exit signal.");
            return plain(ExitSignal.MASK);
        }
        String name = FlagToken.bareName(text);
        Optional<CloneFlag> flag = CloneFlag.named(name);
        if (flag.isPresent()) {
            boolean newtime = flag.get() == CloneFlag.CLONE_NEWTIME;
            return new Value(newtime ? 0 : flag.get().bit(), newtime, 0);
        }
        Optional<RetiredFlag> retired = RetiredFlag.named(name);
        if (retired.isPresent()) {
            remarks.add(retired.get() + " is retired. " + retired.get().history());
            return plain(retired.get().bit());
        }
        OptionalInt signal = ExitSignal.number(name);
        if (signal.isPresent()) {
            return new Value(0, false, signal.getAsInt());
        }
        FlagNumber number = FlagNumber.literal(text);
        if (number.isAmbiguous()) {
            remarks.add(text + " is read as decimal, as in C; with 0x it would be hexadecimal.");
        }
        return plain(number.value(text));
    }

    private static Value plain(long bits) {
        return new Value(bits, false, 0);
    }

    /** The number that a part is, for an operation that is none of sets. */
    private static long number(Value value, String operation) {
        if (value.newtime) {
            throw new IllegalArgumentException("CLONE_NEWTIME, whose bit is also one of the exit signal, can only be"
                    + " joined by |, not used with " + operation + ".");
        }
        return value.isNumber() ? value.bits : value.bits | value.signal;
    }

    private boolean next(String text) {
        return at < tokens.size() && tokens.get(at).text().equals(text);
    }

    private boolean take(String text) {
        boolean found = next(text);
        at += found ? 1 : 0;
        return found;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(quoted(tokens.get(at).text()) + " was not expected there.");
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
