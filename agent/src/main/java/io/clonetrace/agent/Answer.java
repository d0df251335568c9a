package io.clonetrace.agent;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * What the agent answers to a command that attached or detached it: through a file that the command makes, and removes.
 * An agent has no other way, since the JVM tells of it only whether it threw.
 *
 * @param done whether what was asked for was done
 * @param tid the kernel's id, in the JVM's own pid namespace, of the agent's thread, which lives as long as it is on;
 *     -1 if it isn't
 * @param text what is to be said, whole lines; the empty string if nothing is
 */
public record Answer(boolean done, int tid, String text) {
    private static final String DONE = "done";
    private static final int HEAD = 2;

    /** The beginning of Premain's own answer, which it gives when nothing of this can be loaded. */
    private static final String FAILED = "failed";

    private static final int LONGEST = 1 << 16;

    static Answer failed(String text) {
        return new Answer(false, -1, text);
    }

    /** @throws IOException if nobody waits for it any more: there is no file */
    void write(Path file) throws IOException {
        String all = (done ? DONE : FAILED) + "\n" + tid + "\n" + text;
        try (var out = Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            Channels.newOutputStream(out).write(all.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** @throws IOException if there is none */
    public static Answer read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            bytes = Channels.newInputStream(in).readNBytes(LONGEST);
        }
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\n", HEAD + 1);
        if (parts.length <= HEAD || !(parts[0].equals(DONE) || parts[0].equals(FAILED))) {
            throw new IOException("the agent did not answer");
        }
        return new Answer(parts[0].equals(DONE), Integer.parseInt(parts[1]), parts[2]);
    }
}
