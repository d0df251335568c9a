package io.clonetrace.hook;

import net.bytebuddy.jar.asm.ConstantDynamic;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Passes on code with expanded frames and follows the height of its operand stack, by JVMS 6.5. A compiler leaves
 * nothing there before it returns, but another agent's code may.
 */
class StackHeight extends MethodVisitor {
    /** Behind a jump, where a frame has to follow (JVMS 4.10.1). */
    static final int UNKNOWN = -1;

    private int height;

    StackHeight(MethodVisitor target) {
        super(TemplateSplicer.API, target);
    }

    /** In words, as JVMS counts: a long or double is two. {@link #UNKNOWN} where no instruction leads. */
    final int height() {
        return height;
    }

    private void change(int words) {
        if (height != UNKNOWN) {
            height += words;
        }
    }

    @Override
    public void visitFrame(int type, int locals, Object[] local, int stacked, Object[] stack) {
        height = stacked;
        for (int i = 0; i < stacked; i++) {
            height += stack[i] == Opcodes.LONG || stack[i] == Opcodes.DOUBLE ? 1 : 0;
        }
        super.visitFrame(type, locals, local, stacked, stack);
    }

    @Override
    public void visitInsn(int opcode) {
        super.visitInsn(opcode);
        if (opcode == Opcodes.ATHROW || opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
            height = UNKNOWN;
        } else {
            change(ofInsn(opcode));
        }
    }

    private static int ofInsn(int opcode) {
        return switch (opcode) {
            case Opcodes.LCONST_0, Opcodes.LCONST_1, Opcodes.DCONST_0, Opcodes.DCONST_1 -> 2;
            case Opcodes.DUP2, Opcodes.DUP2_X1, Opcodes.DUP2_X2 -> 2;
            case Opcodes.ACONST_NULL, Opcodes.ICONST_M1, Opcodes.ICONST_0, Opcodes.ICONST_1, Opcodes.ICONST_2 -> 1;
            case Opcodes.ICONST_3, Opcodes.ICONST_4, Opcodes.ICONST_5 -> 1;
            case Opcodes.FCONST_0, Opcodes.FCONST_1, Opcodes.FCONST_2 -> 1;
            case Opcodes.DUP, Opcodes.DUP_X1, Opcodes.DUP_X2 -> 1;
            case Opcodes.I2L, Opcodes.I2D, Opcodes.F2L, Opcodes.F2D -> 1;
            case Opcodes.NOP, Opcodes.SWAP, Opcodes.LALOAD, Opcodes.DALOAD, Opcodes.ARRAYLENGTH -> 0;
            case Opcodes.INEG, Opcodes.LNEG, Opcodes.FNEG, Opcodes.DNEG -> 0;
            case Opcodes.I2F, Opcodes.F2I, Opcodes.L2D, Opcodes.D2L -> 0;
            case Opcodes.I2B, Opcodes.I2C, Opcodes.I2S -> 0;
            case Opcodes.IALOAD, Opcodes.FALOAD, Opcodes.AALOAD, Opcodes.BALOAD, Opcodes.CALOAD, Opcodes.SALOAD -> -1;
            case Opcodes.IADD, Opcodes.ISUB, Opcodes.IMUL, Opcodes.IDIV, Opcodes.IREM -> -1;
            case Opcodes.FADD, Opcodes.FSUB, Opcodes.FMUL, Opcodes.FDIV, Opcodes.FREM -> -1;
            case Opcodes.IAND, Opcodes.IOR, Opcodes.IXOR, Opcodes.ISHL, Opcodes.ISHR, Opcodes.IUSHR -> -1;
            case Opcodes.LSHL, Opcodes.LSHR, Opcodes.LUSHR -> -1;
            case Opcodes.L2I, Opcodes.L2F, Opcodes.D2I, Opcodes.D2F, Opcodes.FCMPL, Opcodes.FCMPG -> -1;
            case Opcodes.POP, Opcodes.MONITORENTER, Opcodes.MONITOREXIT -> -1;
            case Opcodes.LADD, Opcodes.LSUB, Opcodes.LMUL, Opcodes.LDIV, Opcodes.LREM -> -2;
            case Opcodes.DADD, Opcodes.DSUB, Opcodes.DMUL, Opcodes.DDIV, Opcodes.DREM -> -2;
            case Opcodes.LAND, Opcodes.LOR, Opcodes.LXOR, Opcodes.POP2 -> -2;
            case Opcodes.IASTORE, Opcodes.FASTORE, Opcodes.AASTORE, Opcodes.BASTORE, Opcodes.CASTORE -> -3;
            case Opcodes.SASTORE, Opcodes.LCMP, Opcodes.DCMPL, Opcodes.DCMPG -> -3;
            case Opcodes.LASTORE, Opcodes.DASTORE -> -4;
            default -> throw new IllegalStateException("opcode " + opcode);
        };
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        super.visitIntInsn(opcode, operand);
        change(opcode == Opcodes.NEWARRAY ? 0 : 1);
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
        super.visitVarInsn(opcode, variable);
        switch (opcode) {
            case Opcodes.ILOAD, Opcodes.FLOAD, Opcodes.ALOAD -> change(1);
            case Opcodes.LLOAD, Opcodes.DLOAD -> change(2);
            case Opcodes.ISTORE, Opcodes.FSTORE, Opcodes.ASTORE -> change(-1);
            case Opcodes.LSTORE, Opcodes.DSTORE -> change(-2);
            default -> throw new IllegalStateException("jsr and ret have no frames");
        }
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        super.visitTypeInsn(opcode, type);
        change(opcode == Opcodes.NEW ? 1 : 0);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        super.visitFieldInsn(opcode, owner, name, descriptor);
        int size = Type.getType(descriptor).getSize();
        switch (opcode) {
            case Opcodes.GETSTATIC -> change(size);
            case Opcodes.PUTSTATIC -> change(-size);
            case Opcodes.GETFIELD -> change(size - 1);
            default -> change(-size - 1);
        }
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        call(descriptor, opcode == Opcodes.INVOKESTATIC);
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
        super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        call(descriptor, true);
    }

    private void call(String descriptor, boolean isStatic) {
        int sizes = Type.getArgumentsAndReturnSizes(descriptor);
        change((sizes & 3) - (sizes >> 2) + (isStatic ? 1 : 0));
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        super.visitJumpInsn(opcode, label);
        if (opcode == Opcodes.GOTO) {
            height = UNKNOWN;
        } else {
            change(opcode >= Opcodes.IF_ICMPEQ && opcode <= Opcodes.IF_ACMPNE ? -2 : -1);
        }
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label other, Label... labels) {
        super.visitTableSwitchInsn(min, max, other, labels);
        height = UNKNOWN;
    }

    @Override
    public void visitLookupSwitchInsn(Label other, int[] keys, Label[] labels) {
        super.visitLookupSwitchInsn(other, keys, labels);
        height = UNKNOWN;
    }

    @Override
    public void visitLdcInsn(Object value) {
        super.visitLdcInsn(value);
        boolean wide = value instanceof Long
                || value instanceof Double
                || value instanceof ConstantDynamic dynamic && dynamic.getSize() == 2;
        change(wide ? 2 : 1);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        super.visitMultiANewArrayInsn(descriptor, dimensions);
        change(1 - dimensions);
    }
}
