package io.clonetrace.hook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Receives the code of a method of {@link ThreadTemplate} and writes it into a method of another class, which has
 * parameters, with that method's own code in the place of {@link ThreadTemplate#original}.
 *
 * <p>The local variables become: {@code this} and the parameters, those of the template, those of the original code.
 */
final class TemplateCode extends MethodVisitor {
    private static final String TEMPLATE = "io/clonetrace/hook/ThreadTemplate";

    private final String owner;
    private final Consumer<MethodVisitor> original;
    private final List<Handler> handlers = new ArrayList<>();
    private final int parameters;
    private final int templateLocals;
    private Object[] parameterTypes;
    private Object[] templateTypes = {};
    private int maxStack;
    private int maxLocals;

    /**
     * @param target the method that is written
     * @param owner the internal name of its class
     * @param maxLocals of the template's method
     * @param original passes on the method's own code, with expanded frames
     */
    TemplateCode(
            MethodVisitor target, String owner, String descriptor, int maxLocals, Consumer<MethodVisitor> original) {
        super(TemplateSplicer.API, target);
        this.owner = owner;
        this.original = original;
        Type[] types = Type.getArgumentTypes(descriptor);
        this.parameters = (Type.getArgumentsAndReturnSizes(descriptor) >> 2) - 1;
        this.parameterTypes = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            parameterTypes[i] = frameType(types[i]);
        }
        this.templateLocals = maxLocals - 1;
    }

    /** An exception handler of the template: the first that fits is taken, and so the original's own come before. */
    private record Handler(Label start, Label end, Label code, String type) {}

    private static Object frameType(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> Opcodes.INTEGER;
            case Type.FLOAT -> Opcodes.FLOAT;
            case Type.LONG -> Opcodes.LONG;
            case Type.DOUBLE -> Opcodes.DOUBLE;
            default -> type.getInternalName();
        };
    }

    private static int size(Object... types) {
        int size = types.length;
        for (Object type : types) {
            if (type == Opcodes.LONG || type == Opcodes.DOUBLE) {
                size++;
            }
        }
        return size;
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
        handlers.add(new Handler(start, end, handler, type));
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
        super.visitVarInsn(opcode, variable == 0 ? 0 : variable + parameters);
    }

    @Override
    public void visitFieldInsn(int opcode, String fieldOwner, String name, String descriptor) {
        super.visitFieldInsn(opcode, fieldOwner.equals(TEMPLATE) ? owner : fieldOwner, name, descriptor);
    }

    @Override
    public void visitMethodInsn(int opcode, String methodOwner, String name, String descriptor, boolean isInterface) {
        if (methodOwner.equals(TEMPLATE)) {
            visitOriginal();
        } else {
            super.visitMethodInsn(opcode, methodOwner, name, descriptor, isInterface);
        }
    }

    @Override
    public void visitFrame(int type, int locals, Object[] local, int stacked, Object[] stack) {
        templateTypes = renamed(Arrays.copyOfRange(local, 1, locals));
        List<Object> all = new ArrayList<>(List.of(owner));
        all.addAll(Arrays.asList(parameterTypes));
        all.addAll(Arrays.asList(templateTypes));
        super.visitFrame(type, all.size(), all.toArray(), stacked, renamed(stack));
    }

    private Object[] renamed(Object[] types) {
        Object[] renamed = types.clone();
        for (int i = 0; i < renamed.length; i++) {
            if (TEMPLATE.equals(renamed[i])) {
                renamed[i] = owner;
            }
        }
        return renamed;
    }

    private void visitOriginal() {
        Label end = new Label();
        original.accept(new Original(mv, end));
        mv.visitLabel(end);
        // The original code may have reused its parameters' places.
        parameterTypes = new Object[parameters];
        Arrays.fill(parameterTypes, Opcodes.TOP);
        List<Object> all = new ArrayList<>(List.of(owner));
        all.addAll(Arrays.asList(parameterTypes));
        all.addAll(Arrays.asList(templateTypes));
        mv.visitFrame(Opcodes.F_NEW, all.size(), all.toArray(), 0, new Object[0]);
    }

    @Override
    public void visitMaxs(int stack, int locals) {
        for (Handler handler : handlers) {
            super.visitTryCatchBlock(handler.start, handler.end, handler.code, handler.type);
        }
        super.visitMaxs(Math.max(stack, maxStack), Math.max(locals + parameters, maxLocals));
    }

    /** The template's: the method ends when its own declaration does. */
    @Override
    public void visitEnd() {}

    /** The method's own code: returns go on in the template. */
    private final class Original extends StackHeight {
        private final MethodVisitor target;
        private final Label end;

        Original(MethodVisitor target, Label end) {
            super(null);
            this.target = target;
            this.end = end;
        }

        /** Annotations and attributes come before, and are passed on by another. */
        @Override
        public void visitCode() {
            mv = target;
        }

        /**
         * The template goes on with an empty stack: with another, JDK 25 refuses the class (VerifyError), and JDK 17
         * runs it unverified.
         *
         * @throws IllegalStateException if something is on the stack
         */
        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.RETURN) {
                if (height() != 0) {
                    throw new IllegalStateException("returns with " + height() + " words on the stack");
                }
                super.visitJumpInsn(Opcodes.GOTO, end);
            } else {
                super.visitInsn(opcode);
            }
        }

        private int moved(int variable) {
            return variable <= parameters ? variable : variable + templateLocals;
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
            super.visitVarInsn(opcode, moved(variable));
        }

        @Override
        public void visitIincInsn(int variable, int increment) {
            super.visitIincInsn(moved(variable), increment);
        }

        @Override
        public void visitLocalVariable(
                String name, String descriptor, String signature, Label start, Label stop, int index) {
            super.visitLocalVariable(name, descriptor, signature, start, stop, moved(index));
        }

        @Override
        public void visitFrame(int type, int locals, Object[] local, int stacked, Object[] stack) {
            List<Object> all = new ArrayList<>();
            int next = 0;
            for (int size = 0; size <= parameters; size++) {
                Object its = next < locals ? local[next++] : Opcodes.TOP;
                all.add(its);
                size += size(its) - 1;
            }
            all.addAll(Arrays.asList(templateTypes));
            for (int more = size(templateTypes); more < templateLocals; more++) {
                all.add(Opcodes.TOP);
            }
            all.addAll(Arrays.asList(local).subList(next, locals));
            super.visitFrame(type, all.size(), all.toArray(), stacked, stack);
        }

        @Override
        public void visitMaxs(int stack, int locals) {
            maxStack = stack;
            maxLocals = locals + templateLocals;
        }

        @Override
        public void visitEnd() {}
    }
}
