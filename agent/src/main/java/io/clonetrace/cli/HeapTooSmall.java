package io.clonetrace.cli;

import java.io.IOException;

/** What a command says if its inputs do not fit into this JVM's heap. */
final class HeapTooSmall extends IOException {
    private static final long serialVersionUID = 1;

    private static final int MEGA_BITS = 20;

    /**
     * @param work what needs the memory
     * @param inputs of which to give fewer
     */
    HeapTooSmall(String work, String inputs, OutOfMemoryError cause) {
        super(
                work + " needs more memory than this JVM's heap of "
                        + (Runtime.getRuntime().maxMemory() >> MEGA_BITS)
                        + " MiB: set JAVA_TOOL_OPTIONS=-Xmx4g, say, or give it fewer " + inputs + " at a time",
                cause);
    }
}
