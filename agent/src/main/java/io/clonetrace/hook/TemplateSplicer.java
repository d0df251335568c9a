package io.clonetrace.hook;

import java.io.IOException;
import java.util.function.BiFunction;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Copies what {@link AdviceWeaver} has woven into {@link ThreadTemplate} while the jar was built into the methods of
 * {@code Thread} and {@code VirtualThread}, around their own code. It does in a JVM what must be done there, because
 * each JDK's {@code Thread} is another: a seventh of the time, and a fifteenth of the classes, that Byte Buddy's
 * {@code Advice} takes from the annotations to the same code.
 */
final class TemplateSplicer {
    /** Written by {@link TemplateBuild}. */
    static final String RESOURCE = "/slots/io/clonetrace/hook/ThreadTemplate.class";

    static final int API = Opcodes.ASM9;

    private final ClassReader template;

    /** @throws IOException if the template can't be read */
    TemplateSplicer() throws IOException {
        this.template = new ClassReader(JarResource.read(RESOURCE));
    }

    /**
     * The code of a class, woven.
     *
     * @param owner its internal name
     * @throws RuntimeException if it has something that the template does not fit
     */
    byte[] splice(String owner, byte[] code) {
        return splice(owner, code, (name, descriptor) -> HookedMethod.of(owner, name, descriptor));
    }

    /** @param hooked which method a name and a descriptor are; null for one that is left alone */
    byte[] splice(String owner, byte[] code, BiFunction<String, String, HookedMethod> hooked) {
        ClassReader real = new ClassReader(code);
        ClassWriter woven = new ClassWriter(real, 0);
        real.accept(
                new ClassVisitor(API, woven) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor target = super.visitMethod(access, name, descriptor, signature, exceptions);
                        HookedMethod method = hooked.apply(name, descriptor);
                        if (method == null) {
                            return target;
                        }
                        if ((access & Opcodes.ACC_STATIC) != 0 || !descriptor.endsWith(")V")) {
                            throw new IllegalStateException(name + descriptor + " is static or returns a value");
                        }
                        return new Woven(target, real, method, owner, name, descriptor);
                    }
                },
                ClassReader.EXPAND_FRAMES);
        return woven.toByteArray();
    }

    /** A method with its own annotations and attributes, but the spliced code. */
    private final class Woven extends MethodVisitor {
        private final MethodVisitor target;
        private final ClassReader real;
        private final HookedMethod method;
        private final String owner;
        private final String name;
        private final String descriptor;

        Woven(
                MethodVisitor target,
                ClassReader real,
                HookedMethod method,
                String owner,
                String name,
                String descriptor) {
            super(API, target);
            this.target = target;
            this.real = real;
            this.method = method;
            this.owner = owner;
            this.name = name;
            this.descriptor = descriptor;
        }

        @Override
        public void visitCode() {
            int locals = maxLocals(template, method.template(), "()V");
            TemplateCode code = new TemplateCode(
                    target, owner, descriptor, locals, original -> read(real, name, descriptor, original, 0));
            read(template, method.template(), "()V", code, ClassReader.SKIP_DEBUG);
            // The code that follows is what was just read as the original.
            mv = null;
        }

        @Override
        public void visitEnd() {
            target.visitEnd();
        }
    }

    private static int maxLocals(ClassReader reader, String name, String descriptor) {
        int[] most = {0};
        read(
                reader,
                name,
                descriptor,
                new MethodVisitor(API) {
                    @Override
                    public void visitMaxs(int stack, int locals) {
                        most[0] = locals;
                    }
                },
                ClassReader.SKIP_DEBUG);
        return most[0];
    }

    private static void read(ClassReader reader, String name, String descriptor, MethodVisitor into, int flags) {
        reader.accept(
                new ClassVisitor(API) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String its, String itsDescriptor, String signature, String[] exceptions) {
                        return its.equals(name) && itsDescriptor.equals(descriptor) ? into : null;
                    }
                },
                ClassReader.EXPAND_FRAMES | flags);
    }
}
