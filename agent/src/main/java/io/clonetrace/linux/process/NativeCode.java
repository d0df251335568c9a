package io.clonetrace.linux.process;

import io.clonetrace.linux.NativeFailure;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.linux.jna.HostProperties;
import io.clonetrace.linux.jna.LibC;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Loads JNA in a JVM of clonetrace's own as the agent does in its host. Left to itself, JNA's initialiser runs
 * {@code ldconfig -p} and sets up Java's cryptography to make the name of a file, which together take a tenth of an
 * attach.
 */
public final class NativeCode {
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int MOST_CHECKS = 500;

    private static boolean tried;
    private static LinkageError failure;
    private static volatile boolean loading;

    private NativeCode() {}

    /**
     * Loads it, if it is not loaded yet; where the processor is not supported, does nothing. Must be called before any
     * class that uses native code is initialized.
     *
     * @throws LinkageError if it can't be loaded, at each call the same
     */
    public static synchronized void load() {
        Optional<Processor> processor = Processor.current();
        if (!tried && processor.isPresent()) {
            tried = true;
            load(processor.get());
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void load(Processor processor) {
        TemporaryFolder.leaveJna();
        HostProperties before = new HostProperties();
        Thread end = new Thread(NativeCode::awaitLoaded);
        loading = true;
        try {
            Runtime.getRuntime().addShutdownHook(end);
            before.setForOurs(processor);
            LibC.getpid();
        } catch (LinkageError broken) {
            failure = broken;
            NativeFailure.happened(broken);
        } catch (IllegalStateException ending) {
            tried = false;
        } finally {
            before.restore();
            loading = false;
        }
        forget(end);
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It is running.
        }
    }

    /** The library's file is removed after it is loaded: an interrupted command must not leave it. */
    private static void awaitLoaded() {
        for (int check = 0; loading && check < MOST_CHECKS; check++) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
