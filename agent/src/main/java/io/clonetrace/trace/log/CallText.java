package io.clonetrace.trace.log;

import io.clonetrace.linux.Errno;
import io.clonetrace.trace.wire.CallArguments;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call as an old strace, strace with {@code -e raw=}, or qemu-user prints it, in the words that strace uses today,
 * which {@link io.clonetrace.trace.wire.StraceParser} reads.
 *
 * @param text the call, {@code clone(child_stack=NULL, flags=SIGCHLD) = 4101}
 * @param kind qemu-user, if only it prints such
 * @param result whether the log shows the result; otherwise {@link #ANY_RESULT} stands for it
 */
record CallText(String text, LogKind kind, boolean result) {
    static final String ANY_RESULT = "1";

    private static final String UNFINISHED = "<unfinished ...>";
    private static final String DETACHED = "<detached ...>";
    /** The child's own return, or its next call: it prints into the line that its parent has begun. */
    private static final Pattern CHILDS = Pattern.compile("\\s*= 0|\\d{1,10} \\w+\\(.*");

    private static final Pattern RESULT = Pattern.compile("\\s*=\\s*(\\S.*)?");
    private static final Pattern CONTINUATION = Pattern.compile("[,)}=|<{]|\\w+(?:[|,=)}]|$| <| =|<)");
    /** What a line wrapped within it leaves of {@code -1 EAGAIN (Resource temporarily unavailable)}. */
    private static final Pattern CUT_ERROR = Pattern.compile("-(?:1(?: (E[A-Z0-9]{0,14})?)?)?");

    private static final Pattern REST_OF_ERROR = Pattern.compile("(?:1 )?[A-Z0-9]{1,15}(?: \\(.*|$)");
    private static final Pattern ENDS_IN_TID = Pattern.compile("\\) += [1-9]\\d{0,6}$");
    private static final Pattern HEX_RESULT = Pattern.compile("0x([0-9a-fA-F]{1,16})\\b");
    private static final Pattern QEMU_ERROR = Pattern.compile("-1 errno=(\\d{1,4})\\b");
    private static final Pattern FIRST = Pattern.compile("\\s*([^\\s=,{}()\\[\\]]+)(?=[,)\\s])");
    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-fA-F]{1,16}|\\d{1,18}");
    private static final Pattern RETIRED = Pattern.compile("\\bCLONE_(STOPPED|PID|IDLETASK)\\b");
    private static final long HIGHEST_FLAGS = 0xffff_ffffL;

    /**
     * The call, if its text is whole: its parentheses are closed, or it says that it is unfinished.
     *
     * @param awaited whether a text without a result is still to go on
     */
    static Optional<CallText> of(LogEvent event, String body, boolean awaited) {
        String call = event.name().equals("clone2") ? "clone" : event.name();
        String rest = body.substring(event.argumentsStart());
        String head = event.resumed() ? "<... " + call + " resumed>" : call + "(";
        boolean unfinished = rest.endsWith(UNFINISHED) || rest.endsWith(DETACHED);
        int end = unfinished
                ? rest.lastIndexOf('<')
                : CallArguments.read(rest, 0).map(CallArguments::end).orElse(-1);
        if (end < 0) {
            return Optional.empty();
        }
        String tail = rest.substring(end);
        Matcher result = RESULT.matcher(tail);
        boolean shown = unfinished || result.lookingAt() && result.group(1) != null && !isCutError(result.group(1));
        if (!shown && (awaited || !tail.isBlank())) {
            return Optional.empty();
        }
        Arguments arguments = event.resumed() || !call.equals("clone")
                ? new Arguments(rest.substring(0, end), LogKind.STRACE)
                : Arguments.of(rest.substring(0, end));
        String outcome = unfinished ? tail : " = " + (shown ? result(result.group(1)) : ANY_RESULT);
        boolean qemu =
                arguments.kind == LogKind.QEMU || QEMU_ERROR.matcher(tail).find();
        return Optional.of(new CallText(head + arguments.text + outcome, qemu ? LogKind.QEMU : LogKind.STRACE, shown));
    }

    /** Whether this text may be what the call goes on with. */
    static boolean continues(LogEvent event, String body, String more) {
        String rest = body.substring(event.argumentsStart());
        Optional<CallArguments> arguments = CallArguments.read(rest, 0);
        if (arguments.isEmpty()) {
            return CONTINUATION.matcher(more).lookingAt();
        }
        String tail = rest.substring(arguments.get().end()).strip();
        if (tail.startsWith("= ") && isCutError(tail.substring(2))) {
            return REST_OF_ERROR.matcher(more).matches();
        }
        return tail.isEmpty() ? more.startsWith("=") : tail.equals("=") && "-?0123456789".indexOf(more.charAt(0)) >= 0;
    }

    /** An errno's whole name is known, and its words follow. */
    private static boolean isCutError(String result) {
        Matcher cut = CUT_ERROR.matcher(result);
        return cut.matches() && (cut.group(1) == null || !Errno.isName(cut.group(1)));
    }

    /** Whether the text ends within or right behind a tid, which a wrapped line may go on with. */
    static boolean endsInResult(String text) {
        return ENDS_IN_TID.matcher(text).find();
    }

    /**
     * The call's text without what its child printed behind it, as programs of qemu-user do; empty if that is not all
     * that it lacks.
     */
    static Optional<String> beforeChild(LogEvent event, String body) {
        int start = event.argumentsStart();
        return CallArguments.read(body.substring(start), 0)
                .map(arguments -> start + arguments.end())
                .filter(end ->
                        !event.resumed() && CHILDS.matcher(body.substring(end)).matches())
                .map(end -> body.substring(0, end));
    }

    private static String result(String printed) {
        Matcher hex = HEX_RESULT.matcher(printed);
        if (hex.lookingAt()) {
            return Long.parseUnsignedLong(hex.group(1), 16) + printed.substring(hex.end());
        }
        Matcher error = QEMU_ERROR.matcher(printed);
        return error.lookingAt() ? "-1 " + errno(Integer.parseInt(error.group(1))) + " " : printed;
    }

    /** The errno's name; {@code E71} for one without. */
    static String errno(int number) {
        String name = Errno.name(number);
        return name.startsWith("E") ? name : "E" + number;
    }

    private static boolean isOfNames(int c) {
        return c == '|' || c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** Whether the kernel restarts the call after a signal (include/linux/errno.h): it made nothing and failed not. */
    static boolean isRestart(long errno) {
        return errno >= 512 && errno <= 516;
    }

    /** clone's arguments, with the parenthesis that closes them. */
    private record Arguments(String text, LogKind kind) {
        static Arguments of(String printed) {
            Matcher first = FIRST.matcher(printed);
            if (!first.lookingAt()) {
                return new Arguments(named(printed), LogKind.STRACE);
            }
            String flags = first.group(1);
            String others = printed.substring(first.end());
            boolean names = flags.startsWith("CLONE_") && flags.chars().allMatch(CallText::isOfNames);
            if (!names && !NUMBER.matcher(flags).matches()) {
                return new Arguments(named(printed), LogKind.STRACE);
            }
            if (others.contains("child_stack=")) {
                // qemu-user names all arguments but the first.
                return new Arguments("flags=" + flags + others, LogKind.QEMU);
            }
            Matcher stack = FIRST.matcher(others.startsWith(",") ? others.substring(1) : "");
            boolean second = stack.lookingAt() && NUMBER.matcher(stack.group(1)).matches();
            // Not tls and child_tid, whose order differs between processors. On s390 the stack comes first.
            return new Arguments(
                    (names || isFlags(flags) ? "flags=" + flags : "")
                            + (second ? ", child_stack=" + stack.group(1) : "") + ")",
                    LogKind.STRACE);
        }

        private static boolean isFlags(String number) {
            try {
                long value = Long.decode(number.startsWith("0x") ? number : number.replaceFirst("^0+(?=.)", ""));
                return value > 0 && value <= HIGHEST_FLAGS;
            } catch (NumberFormatException tooLarge) {
                return false;
            }
        }

        private static String named(String printed) {
            String text = printed.contains("flags=|") ? printed.replace("flags=|", "flags=0|") : printed;
            return text.contains("CLONE_") && RETIRED.matcher(text).find() ? retired(text) : text;
        }

        /**
         * Their bits in linux/sched.h: of 2.4 to 2.6.38 (CLONE_STOPPED), up to 2.5 (CLONE_PID, then CLONE_IDLETASK).
         */
        private static String retired(String text) {
            return RETIRED.matcher(text).replaceAll(name -> name.group(1).equals("STOPPED") ? "0x2000000" : "0x1000");
        }
    }
}
