package io.clonetrace.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A command's stdout. java.io.PrintStream would lose the reason of a failed write. */
public final class Output extends OutputStream {
    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private final OutputStream out;
    private final boolean pipe;
    private IOException failure;

    public Output(OutputStream out, boolean pipe) {
        this.out = out;
        this.pipe = pipe;
    }

    public static Output stdout() {
        return new Output(new FileOutputStream(FileDescriptor.out), isPipe());
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        try {
            if (failure == null) {
                out.write(bytes, from, length);
            }
        } catch (IOException failed) {
            failure = failed;
        }
    }

    /**
     * Why it could not be written; empty if it was, or if the reader of a pipe has ended, such as head(1): nothing else
     * makes a write to a pipe fail (pipe(7)).
     */
    public Optional<String> failure() {
        return failure == null || pipe ? Optional.empty() : Optional.of(String.valueOf(failure.getMessage()));
    }

    private static boolean isPipe() {
        try {
            return Files.readSymbolicLink(STDOUT).toString().startsWith("pipe:");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** The encoding that a terminal or another program expects, as in the JVM's own System.out. */
    public static Charset charset() {
        // The first exists since JDK 19, the second only on a terminal.
        for (String property : new String[] {"stdout.encoding", "sun.stdout.encoding", "native.encoding"}) {
            String name = System.getProperty(property);
            if (name != null && Charset.isSupported(name)) {
                return Charset.forName(name);
            }
        }
        return Charset.defaultCharset();
    }
}
