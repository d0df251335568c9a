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
 * @param recording the file of the agent's own recording, as the JVM sees it; empty if it has none
 * @param repository the folder in which JFR keeps the recording meanwhile, as the JVM sees it; empty if it is not known
 * @param text whole lines for the command to print; may be empty
 */
public record AttachReply(boolean done, int tid, String recording, String repository, String text) {
    /** What the agent prints where no source works, before the reasons. */
    public static final String NOT_OBSERVED = "clone flags are not observed";

    /** What the agent replies where none was named or all were refused. */
    public static final String NO_SOURCE = "no source observes the clones";

    /** What starts a recording; only the command knows the JVM's pid outside of a container. */
    public static final String START_RECORDING = "jcmd PID JFR.start filename=FILE.jfr";

    private static final String DONE = "done";
    private static final int HEAD = 4;

    /**
     * Also the beginning of Premain's own answer, which it gives when this class can't be loaded. Only the tid stands
     * between it and the text.
     */
    private static final String FAILED = "failed";

    private static final int HEAD_OF_FAILED = 2;

    /** In bytes; the rest of a longer answer is not read. */
    public static final int LONGEST = 1 << 16;

    /** Of a request that was carried out, without a recording. */
    public AttachReply(boolean done, int tid, String text) {
        this(done, tid, "", "", text);
    }

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

    /** Of an answer to an attach: whether the agent is active, and no source is. */
    public boolean lacksSource() {
        return done && text.contains(NO_SOURCE);
    }

    /** The same with that pid in the line that starts a recording. */
    public AttachReply withPid(long pid) {
        String line = START_RECORDING.replace("PID", Long.toString(pid));
        return new AttachReply(done, tid, recording, repository, text.replace(START_RECORDING, line));
    }

    /** @throws IOException if the command no longer waits for it: there is no file */
    public void write(Path file) throws IOException {
        String all = done
                ? String.join("\n", DONE, "" + tid, line(recording), line(repository), text)
                : String.join("\n", FAILED, "" + tid, text);
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
        String all = new String(bytes, StandardCharsets.UTF_8);
        boolean done = all.startsWith(DONE + "\n");
        int head = done ? HEAD : HEAD_OF_FAILED;
        String[] parts = all.split("\n", head + 1);
        if (parts.length <= head || !done && !parts[0].equals(FAILED)) {
            throw new IOException("the agent did not answer");
        }
        try {
            int tid = Integer.parseInt(parts[1]);
            return done
                    ? new AttachReply(true, tid, parts[2], parts[3], parts[head])
                    : new AttachReply(false, tid, parts[head]);
        } catch (NumberFormatException noTid) {
            throw new IOException("what answered is not the agent", noTid);
        }
    }

    /** A path that holds a line break is not passed on. */
    private static String line(String path) {
        return path.contains("\n") ? "" : path;
    }
}
