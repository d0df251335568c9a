package io.clonetrace.packaging;

import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/** Turns the topmost value of the operand stack into one of another type, as LambdaMetafactory specifies it. */
final class Conversion {
    private static final Type OBJECT = Type.getObjectType("java/lang/Object");

    private static final Type[] PRIMITIVES = {
        Type.BOOLEAN_TYPE,
        Type.BYTE_TYPE,
        Type.CHAR_TYPE,
        Type.SHORT_TYPE,
        Type.INT_TYPE,
        Type.LONG_TYPE,
        Type.FLOAT_TYPE,
        Type.DOUBLE_TYPE
    };

    private Conversion() {}

    /** A conversion that the code of this project has not needed so far. */
    static final class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unsupported(String what) {
            super(what);
        }
    }

    /**
     * @throws Unsupported if it isn't one of: the same, a cast, boxing, unboxing, int to long, or dropping the value
     */
    static void of(MethodVisitor code, Type from, Type to) {
        if (from.equals(to)) {
            return;
        }
        boolean fromPrimitive = from.getSort() < Type.ARRAY;
        boolean toPrimitive = to.getSort() < Type.ARRAY;
        if (to == Type.VOID_TYPE) {
            code.visitInsn(from.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
        } else if (from == Type.VOID_TYPE) {
            throw new Unsupported("nothing to " + to);
        } else if (fromPrimitive && toPrimitive) {
            widen(code, from, to);
        } else if (fromPrimitive) {
            code.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    wrapper(from).getInternalName(),
                    "valueOf",
                    Type.getMethodDescriptor(wrapper(from), from),
                    false);
        } else if (toPrimitive) {
            unbox(code, from, to);
        } else {
            cast(code, from, to);
        }
    }

    /** Of an object of another wrapper, its own value is taken, and made wider. */
    private static void unbox(MethodVisitor code, Type from, Type to) {
        Type value = to;
        for (Type primitive : PRIMITIVES) {
            value = wrapper(primitive).equals(from) ? primitive : value;
        }
        cast(code, from, wrapper(value));
        code.visitMethodInsn(
                Opcodes.INVOKEVIRTUAL,
                wrapper(value).getInternalName(),
                value.getClassName() + "Value",
                Type.getMethodDescriptor(value),
                false);
        of(code, value, to);
    }

    private static void cast(MethodVisitor code, Type from, Type to) {
        if (!to.equals(OBJECT) && !to.equals(from)) {
            code.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
        }
    }

    private static void widen(MethodVisitor code, Type from, Type to) {
        if (from != Type.INT_TYPE || to != Type.LONG_TYPE) {
            throw new Unsupported(from + " to " + to);
        }
        code.visitInsn(Opcodes.I2L);
    }

    private static Type wrapper(Type primitive) {
        switch (primitive.getSort()) {
            case Type.BOOLEAN:
                return Type.getType(Boolean.class);
            case Type.BYTE:
                return Type.getType(Byte.class);
            case Type.CHAR:
                return Type.getType(Character.class);
            case Type.SHORT:
                return Type.getType(Short.class);
            case Type.INT:
                return Type.getType(Integer.class);
            case Type.LONG:
                return Type.getType(Long.class);
            case Type.FLOAT:
                return Type.getType(Float.class);
            default:
                return Type.getType(Double.class);
        }
    }
}
