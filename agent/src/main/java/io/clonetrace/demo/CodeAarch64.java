package io.clonetrace.demo;

/**
 * The demo's machine code for aarch64: one line an instruction, its bytes first. Offsets in square brackets are those
 * of {@link ChildBlock}; system calls take x0 to x4 (syscall(2)), and leave x9 and x19 as they were.
 */
final class CodeAarch64 {
    static final String TEXT = """
            masked:
            fd7bbea9  stp x29, x30, [sp, #-32]!
            fd030091  mov x29, sp
            f30b00f9  str x19, [sp, #16]
            f30300aa  mov x19, x0
            e81080d2  mov x8, #135  // rt_sigprocmask
            400080d2  mov x0, #2  // SIG_SETMASK
            61c20091  add x1, x19, #0x30  // to all signals
            62e20091  add x2, x19, #0x38  // keep what was blocked
            030180d2  mov x3, #8
            010000d4  svc #0
            608640a9  ldp x0, x1, [x19, #0x08]
            628e41a9  ldp x2, x3, [x19, #0x18]
            690240f9  ldr x9, [x19]
            20013fd6  blr x9
            601600f9  str x0, [x19, #0x28]
            e81080d2  mov x8, #135  // rt_sigprocmask
            400080d2  mov x0, #2  // SIG_SETMASK
            61e20091  add x1, x19, #0x38  // to what was blocked
            e2031faa  mov x2, xzr
            030180d2  mov x3, #8
            010000d4  svc #0
            f30b40f9  ldr x19, [sp, #16]
            fd7bc2a8  ldp x29, x30, [sp], #32
            c0035fd6  ret
            raw:
            f30f1ff8  str x19, [sp, #-16]!
            f30300aa  mov x19, x0
            682240f9  ldr x8, [x19, #0x40]
            608644a9  ldp x0, x1, [x19, #0x48]
            e2031faa  mov x2, xzr
            e3031faa  mov x3, xzr
            e4031faa  mov x4, xzr
            010000d4  svc #0
            600000b4  cbz x0, raw_child
            f30741f8  ldr x19, [sp], #16
            c0035fd6  ret
            raw_child:
            e00313aa  mov x0, x19
            bare:
            fd031faa  mov x29, xzr  // ends the chain of frames for debuggers
            04000094  bl thread
            a80b80d2  mov x8, #93  // exit
            e0031faa  mov x0, xzr
            010000d4  svc #0
            thread:
            f37bbfa9  stp x19, x30, [sp, #-16]!
            f30300aa  mov x19, x0
            0c000094  bl report
            wait:
            480c80d2  mov x8, #98  // futex
            60120291  add x0, x19, #0x84
            e1031faa  mov x1, xzr  // FUTEX_WAIT
            e2031faa  mov x2, xzr  // while it is 0
            e3031faa  mov x3, xzr
            010000d4  svc #0
            608640b9  ldr w0, [x19, #0x84]
            20ffff34  cbz w0, wait
            e0031faa  mov x0, xzr
            f37bc1a8  ldp x19, x30, [sp], #16
            c0035fd6  ret
            report:
            e90300aa  mov x9, x0
            481680d2  mov x8, #178  // gettid
            010000d4  svc #0
            202d00f9  str x0, [x9, #0x58]
            40d03bd5  mrs x0, tpidr_el0
            203100f9  str x0, [x9, #0x60]
            e81080d2  mov x8, #135  // rt_sigprocmask
            e0031faa  mov x0, xzr
            e1031faa  mov x1, xzr  // change nothing
            22a10191  add x2, x9, #0x68
            030180d2  mov x3, #8
            010000d4  svc #0
            e0030091  mov x0, sp
            203900f9  str x0, [x9, #0x70]
            203d40f9  ldr x0, [x9, #0x78]
            21008052  mov w1, #1
            010000b9  str w1, [x0]
            20010291  add x0, x9, #0x80
            01fc9f88  stlr w1, [x0]  // after all that was written above
            e0031faa  mov x0, xzr
            c0035fd6  ret
            release:
            21008052  mov w1, #1
            00100291  add x0, x0, #0x84
            01fc9f88  stlr w1, [x0]
            480c80d2  mov x8, #98  // futex
            210080d2  mov x1, #1  // FUTEX_WAKE
            220080d2  mov x2, #1
            010000d4  svc #0
            c0035fd6  ret
            """;

    private CodeAarch64() {}
}
