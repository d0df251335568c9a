package io.clonetrace.linux.hotspot;

/**
 * Where a thread left Java code, as HotSpot notes it while the thread runs native code (JavaFrameAnchor,
 * hotspot/share/runtime/javaFrameAnchor.hpp).
 *
 * @param stackPointer of the last Java frame; on x86-64 what the stack pointer is again once the native code that it
 *     called has returned: the canonical frame address of the outermost native frame. 0 if the thread runs Java code
 * @param pc an address within that frame's code
 */
public record JavaAnchor(long stackPointer, long pc) {}
