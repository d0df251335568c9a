package io.clonetrace.trace.wire;

/**
 * strace's own message about a new task, {@code strace: Process 123 attached}. On stderr (without {@code -o}) it
 * appears while the call that made the task is half printed, and so ends that line: {@code clone(child_stack=NULL,
 * flags=SIGCHLDstrace: Process 123 attached}. The rest of the call follows on the next line, without a leader.
 */
final class AttachMessage {
    private static final String PROCESS = "Process ";
    private static final String ATTACHED = " attached";
    private static final String COLON = ": ";
    private static final String STRACE = "strace";
    private static final String BEFORE_PROGRAM = " ,=|(){}[]<>\"";

    private AttachMessage() {}

    /** Where the message begins in the text; -1 if the text doesn't end with one. */
    static int start(String text) {
        int numberEnd = text.length() - ATTACHED.length();
        int process = text.endsWith(ATTACHED) ? text.lastIndexOf(PROCESS) : -1;
        if (process < 0 || Numbers.decimal(text, process + PROCESS.length(), numberEnd) < 0) {
            return -1;
        }
        int colon = process - COLON.length();
        return colon >= 0 && text.startsWith(COLON, colon) ? programStart(text, colon) : process;
    }

    /** The name under which strace was run, perhaps with a path, directly follows the half-printed call. */
    private static int programStart(String text, int end) {
        int start = end;
        while (start > 0 && BEFORE_PROGRAM.indexOf(text.charAt(start - 1)) < 0) {
            start--;
        }
        for (int i = start; i < end; i++) {
            // Not the end of a comment of -X verbose.
            boolean path = text.charAt(i) == '/' && (i == 0 || text.charAt(i - 1) != '*');
            if (path || text.startsWith("./", i) || text.startsWith("../", i)) {
                return i;
            }
        }
        return text.substring(start, end).endsWith(STRACE) ? end - STRACE.length() : -1;
    }
}
