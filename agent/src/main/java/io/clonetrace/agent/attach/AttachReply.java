package io.clonetrace.agent.attach;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The agent's answer to a command that attached or detached it, through a file that the command makes and removes.
 * There is no other way: the JVM passes on only whether the agent threw.
 *
 * @param done whether what was asked for was done
 * @param tid the kernel's id, in the JVM's own pid namespace, of the agent's thread, which lives as long as it is on;
 *     -1 if it isn't
 * @param text whole lines for the command to print; may be empty
 */
public record AttachReply(boolean done, int tid, String text) {
    /** What the agent prints where no source works, before the reasons. */
    public static final String NOT_OBSERVED = "clone flags are not observed";

    private static final String DONE = "done";
    private static final int HEAD = 2;

    /** Also the beginning of Premain's own answer, which it gives when this class can't be loaded. */
    private static final String FAILED = "failed";

    /** In bytes; the rest of a longer answer is not read. */
    public static final int LONGEST = 1 << 16;

    public static AttachReply failed(String text) {
        return new AttachReply(false, -1, text);
    }

    /** No source works in the JVM: the agent has detached, and the JVM may be traced from outside. */
    public static AttachReply needsTracer(String why) {
        return new AttachReply(true, -1, why);
    }

    /** Of an answer to an attach: whether the agent has detached, because no source works in the JVM. */
    public boolean needsTracer() {
        return done && tid < 0;
    }

    /** @throws IOException if the command no longer waits for it: there is no file */
    public void write(Path file) throws IOException {
        String all = (done ? DONE : FAILED) + "\n" + tid + "\n" + text;
        try (var out = Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            Channels.newOutputStream(out).write(all.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Parses what the agent wrote, or another process that may write there.
     *
     * @throws IOException if it is no answer
     */
    public static AttachReply of(byte[] bytes) throws IOException {
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\n", HEAD + 1);
        if (parts.length <= HEAD || !(parts[0].equals(DONE) || parts[0].equals(FAILED))) {
            throw new IOException("the agent did not answer");
        }
        try {
            return new AttachReply(parts[0].equals(DONE), Integer.parseInt(parts[1]), parts[2]);
        } catch (NumberFormatException noTid) {
            throw new IOException("what answered is not the agent", noTid);
        }
    }
}
