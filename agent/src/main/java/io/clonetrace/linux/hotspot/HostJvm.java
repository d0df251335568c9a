package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.Processor;
import java.io.IOException;
import java.util.Optional;

/** What this process's Java virtual machine and C library are, before anything depends on them. */
public final class HostJvm {
    private static final String SUBSTRATE = "Substrate VM";

    /** An interpreter for processors that HotSpot has no compiler for (make/autoconf/jvm-features.m4 of OpenJDK). */
    private static final String ZERO = "Zero VM";

    private HostJvm() {}

    /** What this process has that clonetrace does not support, in a clause; empty if nothing is known. */
    public static Optional<String> unsupported() {
        return virtualMachine(System.getProperty("java.vm.name", ""))
                .or(() -> Processor.unsupportedWidth(
                        System.getProperty("sun.arch.data.model", ""), System.getProperty("os.arch", "")))
                .or(HostJvm::cLibrary);
    }

    /** @param name the system property java.vm.name */
    static Optional<String> virtualMachine(String name) {
        if (name.contains("OpenJ9")) {
            return Optional.of("this JVM is " + name + ", and clonetrace needs HotSpot");
        }
        if (name.contains(ZERO)) {
            return Optional.of("this JVM is " + name + ", which has no Flight Recorder: use a server VM");
        }
        // The name in a GraalVM native image (com.oracle.svm.core.VM).
        return name.equals(SUBSTRATE)
                ? Optional.of("this is a GraalVM native image, and clonetrace needs a HotSpot JVM")
                : Optional.empty();
    }

    /**
     * musl: struct pthread has another layout, pthread_create another clone, and there is no tgkill. Empty if the
     * mappings can't be read.
     */
    private static Optional<String> cLibrary() {
        try {
            return cLibrary(OwnLibraries.ofThisProcess());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    static Optional<String> cLibrary(OwnLibraries libraries) {
        return libraries.musl()
                ? Optional.of("this JVM uses the C library musl, and clonetrace needs glibc")
                : Optional.empty();
    }
}
