package io.clonetrace.clone;

/**
 * A frame of native code.
 *
 * @param module the path of the mapped file, as /proc/PID/maps has it but for its "(deleted)", or a name such as
 *     {@code [vdso]}
 * @param buildId the file's GNU build-id in hex; null if it has none or could not be read
 * @param function the function, demangled; null if the file has no symbol for it
 * @param offset bytes from the function's first instruction; without a function, from the module's lowest virtual
 *     address
 */
public record NativeFrame(String module, String buildId, String function, long offset) {
    /** The module's file name: {@code libc.so.6}. */
    public String library() {
        return module.substring(module.lastIndexOf('/') + 1);
    }

    /** {@code libfoo.so!spawn_worker+0x1d}, or {@code libfoo.so+0x1234} without a symbol. */
    public String text() {
        String at = "+0x" + Long.toHexString(offset);
        return function == null ? library() + at : library() + "!" + function + at;
    }

    @Override
    public String toString() {
        return text();
    }
}
