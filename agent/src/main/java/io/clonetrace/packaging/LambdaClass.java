package io.clonetrace.packaging;

import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * The class that {@code java.lang.invoke.LambdaMetafactory} would make of a lambda or a method reference when it is
 * first reached: it implements the interface by a call of the method that javac made of the lambda's body.
 */
final class LambdaClass {
    /** Returns an object of the class: takes what the lambda captures. */
    static final String FACTORY = "make";

    private static final String INSTANCE = "INSTANCE";

    private final String name;
    private final String nestHost;
    private final String method;
    private final Type interfaceType;
    private final Type[] captured;
    private final Type erased;
    private final Handle body;
    private final Type specialized;

    /**
     * @param name internal name of the class to be made
     * @param nestHost that of the class whose nest it joins, so that it may call private methods
     * @param method name of the interface's method
     * @param factory descriptor of the call site: what is captured, and the interface
     * @param erased descriptor of the interface's method
     * @param body the method to call
     * @param specialized the erased descriptor with the types that the lambda has for the interface's type variables
     */
    LambdaClass(
            String name, String nestHost, String method, String factory, Type erased, Handle body, Type specialized) {
        this.name = name;
        this.nestHost = nestHost;
        this.method = method;
        this.interfaceType = Type.getReturnType(factory);
        this.captured = Type.getArgumentTypes(factory);
        this.erased = erased;
        this.body = body;
        this.specialized = specialized;
    }

    /** @throws Conversion.Unsupported if an argument or the result needs a conversion that is not made here */
    byte[] code() {
        ClassWriter code = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        code.visit(
                Opcodes.V17,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                name,
                null,
                "java/lang/Object",
                new String[] {interfaceType.getInternalName()});
        code.visitNestHost(nestHost);
        for (int i = 0; i < captured.length; i++) {
            code.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, field(i), captured[i].getDescriptor(), null, null);
        }
        constructor(code);
        factory(code);
        call(code);
        code.visitEnd();
        return code.toByteArray();
    }

    private static String field(int index) {
        return "captured" + index;
    }

    private String constructorDescriptor() {
        return Type.getMethodDescriptor(Type.VOID_TYPE, captured);
    }

    private void constructor(ClassWriter code) {
        MethodVisitor constructor =
                code.visitMethod(Opcodes.ACC_PRIVATE, "<init>", constructorDescriptor(), null, null);
        constructor.visitCode();
        constructor.visitVarInsn(Opcodes.ALOAD, 0);
        constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        int variable = 1;
        for (int i = 0; i < captured.length; i++) {
            constructor.visitVarInsn(Opcodes.ALOAD, 0);
            constructor.visitVarInsn(captured[i].getOpcode(Opcodes.ILOAD), variable);
            constructor.visitFieldInsn(Opcodes.PUTFIELD, name, field(i), captured[i].getDescriptor());
            variable += captured[i].getSize();
        }
        end(constructor, Opcodes.RETURN);
    }

    /** Without captured values there is one object, as LambdaMetafactory has it. */
    private void factory(ClassWriter code) {
        if (captured.length == 0) {
            code.visitField(
                    Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL,
                    INSTANCE,
                    interfaceType.getDescriptor(),
                    null,
                    null);
            MethodVisitor initializer = code.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
            initializer.visitCode();
            create(initializer);
            initializer.visitFieldInsn(Opcodes.PUTSTATIC, name, INSTANCE, interfaceType.getDescriptor());
            end(initializer, Opcodes.RETURN);
        }
        MethodVisitor factory = code.visitMethod(
                Opcodes.ACC_STATIC, FACTORY, Type.getMethodDescriptor(interfaceType, captured), null, null);
        factory.visitCode();
        if (captured.length == 0) {
            factory.visitFieldInsn(Opcodes.GETSTATIC, name, INSTANCE, interfaceType.getDescriptor());
        } else {
            create(factory);
        }
        end(factory, Opcodes.ARETURN);
    }

    private void create(MethodVisitor method) {
        method.visitTypeInsn(Opcodes.NEW, name);
        method.visitInsn(Opcodes.DUP);
        int variable = 0;
        for (Type type : captured) {
            method.visitVarInsn(type.getOpcode(Opcodes.ILOAD), variable);
            variable += type.getSize();
        }
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, name, "<init>", constructorDescriptor(), false);
    }

    private void call(ClassWriter code) {
        MethodVisitor caller = code.visitMethod(Opcodes.ACC_PUBLIC, method, erased.getDescriptor(), null, null);
        caller.visitCode();
        if (body.getTag() == Opcodes.H_NEWINVOKESPECIAL) {
            caller.visitTypeInsn(Opcodes.NEW, body.getOwner());
            caller.visitInsn(Opcodes.DUP);
        }
        Type[] wanted = bodyArguments();
        for (int i = 0; i < captured.length; i++) {
            caller.visitVarInsn(Opcodes.ALOAD, 0);
            caller.visitFieldInsn(Opcodes.GETFIELD, name, field(i), captured[i].getDescriptor());
            if (captured[i].getSort() < Type.ARRAY) {
                Conversion.of(caller, captured[i], wanted[i]);
            }
        }
        int variable = 1;
        Type[] given = erased.getArgumentTypes();
        Type[] special = specialized.getArgumentTypes();
        for (int i = 0; i < given.length; i++) {
            caller.visitVarInsn(given[i].getOpcode(Opcodes.ILOAD), variable);
            variable += given[i].getSize();
            Conversion.of(caller, given[i], special[i]);
            Conversion.of(caller, special[i], wanted[captured.length + i]);
        }
        caller.visitMethodInsn(opcode(), body.getOwner(), body.getName(), body.getDesc(), body.isInterface());
        Type result = body.getTag() == Opcodes.H_NEWINVOKESPECIAL
                ? Type.getObjectType(body.getOwner())
                : Type.getReturnType(body.getDesc());
        Conversion.of(caller, result, erased.getReturnType());
        end(caller, erased.getReturnType().getOpcode(Opcodes.IRETURN));
    }

    /** With the object whose method is called. */
    private Type[] bodyArguments() {
        Type[] declared = Type.getArgumentTypes(body.getDesc());
        if (body.getTag() == Opcodes.H_INVOKESTATIC || body.getTag() == Opcodes.H_NEWINVOKESPECIAL) {
            return declared;
        }
        Type[] all = new Type[declared.length + 1];
        all[0] = Type.getObjectType(body.getOwner());
        System.arraycopy(declared, 0, all, 1, declared.length);
        return all;
    }

    private int opcode() {
        switch (body.getTag()) {
            case Opcodes.H_INVOKESTATIC:
                return Opcodes.INVOKESTATIC;
            case Opcodes.H_INVOKEVIRTUAL:
                return Opcodes.INVOKEVIRTUAL;
            case Opcodes.H_INVOKEINTERFACE:
                return Opcodes.INVOKEINTERFACE;
            case Opcodes.H_NEWINVOKESPECIAL:
                return Opcodes.INVOKESPECIAL;
            default:
                throw new Conversion.Unsupported("a reference of kind " + body.getTag());
        }
    }

    private static void end(MethodVisitor method, int opcode) {
        method.visitInsn(opcode);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }
}
