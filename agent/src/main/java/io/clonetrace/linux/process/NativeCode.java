package io.clonetrace.linux.process;

import io.clonetrace.linux.Processor;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.jna.HostProperties;
import io.clonetrace.linux.jna.LibC;
import java.util.Optional;

/**
 * Loads JNA in a JVM of clonetrace's own as the agent does in its host. Left to itself, JNA's initialiser runs
 * {@code ldconfig -p} and sets up Java's cryptography to make the name of a file, which together take a tenth of an
 * attach.
 */
public final class NativeCode {
    private static boolean loaded;
    private static LinkageError failure;

    private NativeCode() {}

    /**
     * Loads it, if it is not loaded yet; where the processor is not supported, does nothing. Must be called before any
     * class that uses native code is initialized.
     *
     * @throws LinkageError if it can't be loaded, at each call the same
     */
    public static synchronized void load() {
        Optional<Processor> processor = Processor.current();
        if (!loaded && failure == null && processor.isPresent()) {
            HostProperties before = new HostProperties();
            TemporaryFolder.leaveJna();
            before.setForOurs(processor.get());
            try {
                LibC.getpid();
                loaded = true;
            } catch (LinkageError broken) {
                failure = broken;
            } finally {
                before.restore();
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
