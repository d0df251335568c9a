package io.clonetrace.cli.target;

import io.clonetrace.cli.target.JvmReply.Bounds;
import io.clonetrace.report.text.PlainText;
import java.io.IOException;

/** A diagnostic command of a running JVM, as jcmd(1) sends it. */
public final class DiagnosticCommand {
    private static final Bounds BOUNDS = Bounds.of(60, 600, 4);
    private static final int LONGEST_FAILURE = 500;

    private DiagnosticCommand() {}

    /**
     * Executes it.
     *
     * @param command the command with its arguments, such as {@code JFR.check}; at most 1,024 bytes
     * @return what the JVM printed, which may be anything
     * @throws IOException if the JVM does not answer, a request would harm it, or the command failed, saying why
     */
    public static String execute(TargetJvm jvm, String command, Waiting waiting) throws IOException {
        try (AttachSocket socket = AttachSocket.of(jvm, waiting);
                JvmReply reply = socket.ask(BOUNDS, "jcmd", command)) {
            int status = reply.status();
            String text = reply.text((int) BOUNDS.bytes());
            if (status != 0) {
                throw new IOException("JVM " + jvm.pid() + " did not execute " + command.split(" ")[0] + ": "
                        + PlainText.begin(text.strip(), LONGEST_FAILURE));
            }
            return text;
        }
    }
}
