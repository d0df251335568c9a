package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.ExitSignal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the flags and exit signals of a trace's lines. A trace repeats few texts very often, so the results of
 * {@link CloneArgument#parse} and {@link CloneFlags#parse} are cached. A text that they refuse (a flag that only a
 * newer strace names) is {@link CloneCall#UNKNOWN} as a whole, because some of the flags are not the flags.
 */
final class FlagReader {
    private static final int MOST_KEPT = 256;
    private static final int LONGEST_KEPT = 1024;
    private static final Flags UNKNOWN = new Flags(CloneCall.UNKNOWN, CloneCall.UNKNOWN);
    private static final Map<String, Integer> SIGNALS = signals();

    /** Flags without the exit signal, and the exit signal if the text has one. */
    record Flags(long bits, int exitSignal) {}

    private final Map<String, Flags> clone = new Recent();
    private final Map<String, Flags> clone3 = new Recent();

    /** clone's argument, the exit signal included: {@code CLONE_VM|CLONE_VFORK|SIGCHLD} */
    Flags ofClone(String text) {
        return read(text, clone, key -> {
            CloneArgument argument = CloneArgument.parse(key);
            return new Flags(argument.flags().bits(), argument.exitSignal());
        });
    }

    /** clone3's member flags, which has no exit signal. */
    Flags ofClone3(String text) {
        return read(text, clone3, key -> new Flags(CloneFlags.parse(key).bits(), CloneCall.UNKNOWN));
    }

    /**
     * clone3's member exit_signal: {@code SIGCHLD}, {@code 0}, {@code 17 /* SIGCHLD *}{@code /} or {@code 0x11} with
     * {@code -X verbose} or {@code raw}.
     */
    static int exitSignal(String text) {
        int comment = text.indexOf("/*");
        String signal = comment < 0 ? text : text.substring(0, comment).trim();
        Integer named = SIGNALS.get(signal);
        long number = named == null ? number(signal) : named;
        return number < 0 || number > Integer.MAX_VALUE ? CloneCall.UNKNOWN : (int) number;
    }

    private static long number(String text) {
        return text.startsWith("0x") ? Numbers.argument(text) : Numbers.decimal(text, 0, text.length());
    }

    private static Flags read(String text, Map<String, Flags> kept, Function<String, Flags> parse) {
        Flags flags = kept.get(text);
        if (flags == null) {
            flags = parsed(text, parse);
            if (text.length() <= LONGEST_KEPT) {
                kept.put(text, flags);
            }
        }
        return flags;
    }

    private static Flags parsed(String text, Function<String, Flags> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            return UNKNOWN;
        }
    }

    private static Map<String, Integer> signals() {
        Map<String, Integer> signals = new HashMap<>();
        for (int number = 0; number <= ExitSignal.HIGHEST; number++) {
            signals.put(ExitSignal.name(number), number);
        }
        return Map.copyOf(signals);
    }

    /** A bounded map in access order. */
    private static final class Recent extends LinkedHashMap<String, Flags> {
        private static final long serialVersionUID = 1;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Flags> eldest) {
            return size() > MOST_KEPT;
        }
    }
}
