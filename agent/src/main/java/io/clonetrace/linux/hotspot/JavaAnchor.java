package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.Processor;

/**
 * Where a thread left Java code, as HotSpot notes it while the thread runs native code (JavaFrameAnchor,
 * hotspot/share/runtime/javaFrameAnchor.hpp).
 *
 * @param stackPointer what the stack pointer is again once the native code that the last Java frame called has
 *     returned: the canonical frame address of the outermost native frame. 0 if the thread runs Java code
 * @param pc an address within that frame's code
 */
public record JavaAnchor(long stackPointer, long pc) {
    /**
     * What HotSpot noted. On aarch64 its interpreter notes the top of the expression stack, which has a register of its
     * own; before it calls native code it sets the stack pointer to that, rounded down (generate_native_entry of
     * hotspot/cpu/aarch64/templateInterpreterGenerator_aarch64.cpp; the same in JDK 17, 21 and 25). After an odd number
     * of parameters the two differ. Compiled code notes the stack pointer itself.
     *
     * @param lastJavaSp {@code _last_Java_sp}
     * @param lastJavaPc {@code _last_Java_pc}
     */
    static JavaAnchor of(long lastJavaSp, long lastJavaPc, Processor processor) {
        return new JavaAnchor(lastJavaSp & -processor.stackPointerAlignment(), lastJavaPc);
    }
}
