package io.clonetrace.packaging;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Gives each lambda a class while the jar is built. The JVM would make it when the lambda is first reached: it sets up
 * {@code java.lang.invoke} for that, and computes the class by code that it has to interpret. In a JVM's first second
 * that was a sixth of the agent's own code.
 *
 * <p>What stays as it is: lambdas that are serializable or implement a second interface, and those that need a
 * conversion that {@link Conversion} does not have.
 */
final class LambdaClasses {
    private static final int API = Opcodes.ASM9;

    private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";

    private final Map<String, byte[]> classes = new TreeMap<>();

    /** New members by the host of their nest. */
    private final Map<String, List<String>> members = new HashMap<>();

    private final List<String> left = new ArrayList<>();

    /** @param classes code by internal name; all classes of a nest */
    LambdaClasses(Map<String, byte[]> classes) {
        classes.forEach((name, code) -> this.classes.put(name, replace(name, code)));
        members.forEach(
                (host, joined) -> this.classes.computeIfPresent(host, (name, code) -> withMembers(code, joined)));
    }

    /** All classes, old and new, by internal name. */
    Map<String, byte[]> classes() {
        return classes;
    }

    /** The lambdas that are left to the JVM: their classes, and why. */
    List<String> left() {
        return left;
    }

    /** How many have a class. */
    int made() {
        return members.values().stream().mapToInt(List::size).sum();
    }

    private byte[] replace(String name, byte[] code) {
        Replacing replacing = new Replacing(name);
        new ClassReader(code).accept(replacing, 0);
        return replacing.found == 0 ? code : replacing.written.toByteArray();
    }

    private static byte[] withMembers(byte[] code, List<String> joined) {
        ClassWriter written = new ClassWriter(0);
        new ClassReader(code)
                .accept(
                        new ClassVisitor(API, written) {
                            @Override
                            public void visitEnd() {
                                joined.forEach(this::visitNestMember);
                                super.visitEnd();
                            }
                        },
                        0);
        return written.toByteArray();
    }

    private final class Replacing extends ClassVisitor {
        private final ClassWriter written;
        private final String name;
        private String nestHost;
        private int found;

        Replacing(String name) {
            this(name, new ClassWriter(0));
        }

        private Replacing(String name, ClassWriter written) {
            super(API, written);
            this.written = written;
            this.name = name;
            this.nestHost = name;
        }

        @Override
        public void visitNestHost(String host) {
            nestHost = host;
            super.visitNestHost(host);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(API, super.visitMethod(access, method, descriptor, signature, exceptions)) {
                @Override
                public void visitInvokeDynamicInsn(
                        String implemented, String factory, Handle bootstrap, Object... arguments) {
                    String lambda = lambda(implemented, factory, bootstrap, arguments);
                    if (lambda == null) {
                        super.visitInvokeDynamicInsn(implemented, factory, bootstrap, arguments);
                    } else {
                        super.visitMethodInsn(Opcodes.INVOKESTATIC, lambda, LambdaClass.FACTORY, factory, false);
                    }
                }
            };
        }

        /** The internal name of the class that was made; null if none was. */
        private String lambda(String implemented, String factory, Handle bootstrap, Object[] arguments) {
            if (!bootstrap.getOwner().equals(METAFACTORY)) {
                return null;
            }
            if (!bootstrap.getName().equals("metafactory")) {
                left.add(name + ": " + bootstrap.getName());
                return null;
            }
            String lambda = name + "$$Lambda$" + (found + 1);
            try {
                byte[] code = new LambdaClass(
                                lambda,
                                nestHost,
                                implemented,
                                factory,
                                (Type) arguments[0],
                                (Handle) arguments[1],
                                (Type) arguments[2])
                        .code();
                classes.put(lambda, code);
            } catch (Conversion.Unsupported unusual) {
                left.add(name + ": " + unusual.getMessage());
                return null;
            }
            found++;
            members.computeIfAbsent(nestHost, host -> new ArrayList<>()).add(lambda);
            return lambda;
        }
    }
}
