package io.clonetrace.hook;

import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * What the woven code does with an exception of ours: counts it in the slots and goes on. No call is made, because the
 * exception may be a StackOverflowError.
 */
final class CountSuppressed extends StackManipulation.AbstractBase {
    private static final String SLOTS = "java/lang/ClonetraceSlots";
    private static final int WORDS = 4;

    @Override
    public Size apply(MethodVisitor code, Implementation.Context context) {
        code.visitInsn(Opcodes.POP);
        code.visitFieldInsn(Opcodes.GETSTATIC, SLOTS, "suppressed", "J");
        code.visitInsn(Opcodes.LCONST_1);
        code.visitInsn(Opcodes.LADD);
        code.visitFieldInsn(Opcodes.PUTSTATIC, SLOTS, "suppressed", "J");
        return new Size(-1, WORDS);
    }
}
