package io.clonetrace.demo;

import io.clonetrace.linux.Processor;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Machine code, read from a text that shows each instruction beside its bytes, so that people and an assembler can
 * check it. The same routines for each processor:
 *
 * <ul>
 *   <li>{@code masked}: calls a C function with every signal blocked, then restores what was blocked. It is one piece
 *       of machine code because no Java may run meanwhile: HotSpot's null checks and safepoint polls are SIGSEGVs, and
 *       one that is blocked ends the process.
 *   <li>{@code raw}: makes a system call; a child that returns from it continues at {@code bare}.
 *   <li>{@code bare}: what a task without a thread pointer of its own does: {@code thread}, and then the system call
 *       exit.
 *   <li>{@code thread}: {@code report}, then waits until the parent has looked at the task; a function for
 *       pthread_create.
 *   <li>{@code report}: writes the report of the calling task.
 *   <li>{@code release}: releases {@code thread}.
 * </ul>
 *
 * @param code the instructions, independent of their position
 * @param labels offsets of the routines
 */
record AssemblyListing(byte[] code, Map<String, Integer> labels) {

    /** The demo's code for that processor. */
    static AssemblyListing of(Processor processor) {
        return switch (processor) {
            case X86_64 -> parse(CodeX86_64.TEXT);
            case AARCH64 -> parse(CodeAarch64.TEXT);
        };
    }

    /** Reads lines of {@code label:} or {@code bytes instruction}, two spaces between. */
    static AssemblyListing parse(String text) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        Map<String, Integer> labels = new HashMap<>();
        text.lines().forEach(line -> {
            if (line.endsWith(":")) {
                labels.put(line.substring(0, line.length() - 1), code.size());
            } else {
                code.writeBytes(HexFormat.of().parseHex(line, 0, line.indexOf("  ")));
            }
        });
        return new AssemblyListing(code.toByteArray(), labels);
    }

    /** The offset of a routine. */
    int offset(String label) {
        return labels.get(label);
    }

    /** The number of the system call clone (asm/unistd.h); that of clone3 is the same for all processors. */
    static int cloneNumber(Processor processor) {
        return switch (processor) {
            case X86_64 -> 56;
            case AARCH64 -> 220;
        };
    }
}
