package io.clonetrace.flags;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneSyscall;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The calls in a piece of text: lines of strace, perf trace, gVisor or a debugger, or source code, whole or torn out of
 * their context. A trace as a whole is read by {@code io.clonetrace.trace.wire}, which needs whole lines.
 */
final class CallExcerpt {
    private static final int MOST_CALLS = 1000;

    /** As far as a call's arguments are searched. */
    private static final int LONGEST_CALL = 2048;

    private static final Pattern CALL = Pattern.compile(
            "(?<![A-Za-z0-9_])(?:_{1,2}|sys_|__x64_sys_|__arm64_sys_)?(clone[23]?|v?fork|unshare)(?: resumed>|\\s?\\()");
    private static final Pattern INTERRUPTION =
            Pattern.compile("(?:\\[pid +\\d+\\] )?(?:strace: )?Process \\d+ attached\\s*");
    private static final Pattern FLAGS = Pattern.compile("(?<![A-Za-z])(?:clone_)?flags\\s?[=:]\\s*");
    private static final Pattern EXIT_SIGNAL = Pattern.compile("exit_signal\\s?[=:]\\s*");
    private static final Pattern FAILED = Pattern.compile("\\)?\\s*=\\s*-(?:1|\\d{1,3})\\s+(E[A-Z0-9]{2,15})\\b");
    private static final Pattern NAMED = Pattern.compile("CLONE_|\\bSIG[A-Z]");

    private CallExcerpt() {}

    /** Whether the text has a call, so that it isn't flags alone. */
    static boolean isIn(String text) {
        return CALL.matcher(text).find();
    }

    /**
     * The calls with their flags, each as often as it occurs.
     *
     * @throws IllegalArgumentException with one sentence if there are none, or a call's flags can't be read
     */
    static List<Reading> readings(String pasted) {
        String text = INTERRUPTION.matcher(pasted).replaceAll("");
        List<Reading> readings = new ArrayList<>();
        Matcher call = CALL.matcher(text);
        String withoutFlags = null;
        for (int from = 0; call.find(from) && readings.size() < MOST_CALLS; from = call.end()) {
            String rest = text.substring(call.end(), Math.min(text.length(), call.end() + LONGEST_CALL));
            String arguments = rest.substring(0, endOfPart(rest, 0, ")"));
            boolean resumed = call.group().endsWith(">");
            Reading reading = reading(call.group(1), arguments, resumed);
            if (reading == null) {
                withoutFlags = call.group(1);
            } else {
                Matcher failed = FAILED.matcher(rest).region(arguments.length(), rest.length());
                readings.add(new Reading(
                        "",
                        reading.argument(),
                        reading.call(),
                        failed.lookingAt() ? failed.group(1) : null,
                        reading.remarks()));
            }
        }
        if (readings.isEmpty()) {
            throw new IllegalArgumentException("The text has a call of " + withoutFlags + ", but not its flags.");
        }
        return readings;
    }

    private static Reading reading(String name, String arguments, boolean resumed) {
        Reading.Call call = switch (name) {
            case "clone3" -> Reading.Call.CLONE3;
            case "fork" -> Reading.Call.FORK;
            case "vfork" -> Reading.Call.VFORK;
            case "unshare" -> Reading.Call.UNSHARE;
            default -> Reading.Call.CLONE; // clone2 is that of IA-64
        };
        if (call == Reading.Call.FORK || call == Reading.Call.VFORK) {
            CloneSyscall syscall = CloneSyscall.valueOf(call.name());
            return resumed ? null : new Reading("", KernelFork.argument(syscall), call, null, List.of());
        }
        String flags = flags(arguments, resumed, call);
        if (flags == null) {
            return null;
        }
        Reading reading = FlagExpression.read(FlagToken.of(withoutOldGap(flags)));
        return new Reading("", withSignal(reading.argument(), arguments, call), call, null, reading.remarks());
    }

    /** What strace of 2.x wrote of no flag and a signal: {@code |SIGCHLD}. */
    static String withoutOldGap(String flags) {
        String stripped = flags.strip();
        return stripped.startsWith("|") && stripped.length() > 1 ? stripped.substring(1) : stripped;
    }

    private static String flags(String arguments, boolean resumed, Reading.Call call) {
        Matcher member = FLAGS.matcher(arguments);
        if (member.find()) {
            return arguments.substring(member.end(), endOfPart(arguments, member.end(), ",}<"));
        }
        if (resumed || arguments.isBlank() || arguments.stripLeading().startsWith("<")) {
            return null;
        }
        String first = null;
        for (int at = 0; at < arguments.length(); ) {
            int end = endOfPart(arguments, at, ",}<");
            String part = arguments.substring(at, end).strip();
            if (NAMED.matcher(part).find()) {
                return part;
            }
            first = first == null ? part : first;
            at = end + 1;
        }
        return call == Reading.Call.CLONE3 ? null : first; // clone3's first is an address
    }

    /** clone3 has a member for each, so that the low byte of its flags is no signal. */
    private static CloneArgument withSignal(CloneArgument argument, String arguments, Reading.Call call) {
        if (call != Reading.Call.CLONE3) {
            return argument;
        }
        CloneFlags flags = new CloneFlags(argument.flags().bits() | argument.exitSignal());
        Matcher member = EXIT_SIGNAL.matcher(arguments);
        if (!member.find()) {
            return new CloneArgument(flags, 0);
        }
        String text = arguments.substring(member.end(), endOfPart(arguments, member.end(), ",}<"));
        long signal = FlagExpression.read(FlagToken.of(text)).word();
        return new CloneArgument(flags, signal < 0 || signal > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) signal);
    }

    /**
     * Where a part of arguments ends: at one of these characters, or at what closes more than was opened in it; else at
     * the text's end.
     */
    private static int endOfPart(String text, int from, String ends) {
        int depth = 0;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (text.startsWith("/*", at)) {
                int close = text.indexOf("*/", at + 2);
                at = close < 0 ? text.length() : close + 1;
            } else if (text.startsWith("<<", at)) {
                at++;
            } else if (depth == 0 && (ends.indexOf(c) >= 0 || c == ')')) {
                return at;
            } else if ("({[".indexOf(c) >= 0) {
                depth++;
            } else if (")}]".indexOf(c) >= 0) {
                depth--;
            }
        }
        return text.length();
    }
}
