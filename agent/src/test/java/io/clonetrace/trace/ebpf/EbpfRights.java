package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.trace.SourceRefusedException;

/** Whether the source works here. */
final class EbpfRights {
    private EbpfRights() {}

    /** Skips the test with the reason if it does not. */
    static void assume() {
        EbpfSource source = new EbpfSource((int) ProcessHandle.current().pid(), false);
        try {
            source.start();
        } catch (SourceRefusedException refused) {
            assumeTrue(false, refused.getMessage());
        } finally {
            source.stop();
        }
    }
}
