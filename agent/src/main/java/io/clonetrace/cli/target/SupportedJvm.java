package io.clonetrace.cli.target;

import io.clonetrace.linux.Processor;
import io.clonetrace.linux.process.NativeCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether this process's java is one in which native code may be called. */
public final class SupportedJvm {
    private SupportedJvm() {}

    /**
     * For the commands that use native code, which is loaded then.
     *
     * @throws IOException if this java is a 32-bit one, or uses musl, where that code is untested
     */
    public static void require() throws IOException {
        Optional<String> narrow = Processor.unsupportedWidth(
                System.getProperty("sun.arch.data.model", ""), System.getProperty("os.arch", ""));
        if (narrow.isPresent()) {
            throw new IOException(narrow.get());
        }
        if (TargetProcess.usesMusl(Path.of("/proc/self"))) {
            throw new IOException(
                    "this java uses the C library musl, and clonetrace needs glibc: run clonetrace with a JDK for glibc");
        }
        try {
            NativeCode.load();
        } catch (LinkageError unavailable) {
            // Not every command needs it each time; the code that does reports it.
        }
    }
}
