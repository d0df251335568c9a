package io.clonetrace.it.host;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * An agent that makes methods of clonetrace throw. Every method of its classes asks at its beginning whether to throw:
 * through system properties, because clonetrace's loader sees none of the application's classes.
 */
public final class Injector implements ClassFileTransformer, Consumer<String> {
    private static final String KEY = "io.clonetrace.it.host.Injector";
    private static final String INJECTED = "injected";
    private static final Injector ONLY = new Injector();

    /** Entered once for each {@code -javaagent:} of clonetrace. */
    private static final String BEGIN = "Core.startAgent";

    private final Queue<Class<? extends Throwable>> next = new ConcurrentLinkedQueue<>();
    private volatile String stage = "";
    private volatile Class<? extends Throwable> fault = Error.class;
    private volatile boolean hit;

    private Injector() {}

    /**
     * Called by the JVM.
     *
     * @param options empty, or a stage and the names of classes: what it throws under the first clonetrace that starts
     *     in this JVM, under the second, and so on; then nothing
     */
    public static void premain(String options, Instrumentation instrumentation) throws ClassNotFoundException {
        System.getProperties().put(KEY, ONLY);
        if (options != null) {
            String[] parts = options.split("=");
            for (String fault : parts[1].split(":")) {
                ONLY.next.add(Class.forName(fault).asSubclass(Throwable.class));
            }
            arm(parts[0], null);
        }
        instrumentation.addTransformer(ONLY);
    }

    /** Makes that method, {@code Class.method}, throw; an empty name makes none throw. */
    static void arm(String stage, Class<? extends Throwable> fault) {
        ONLY.hit = false;
        ONLY.fault = fault;
        ONLY.stage = stage;
    }

    /** Whether the method has thrown since then. */
    static boolean hit() {
        return ONLY.hit;
    }

    @Override
    public void accept(String entered) {
        if (entered.equals(BEGIN)) {
            fault = next.poll();
        }
        if (entered.equals(stage) && fault != null) {
            hit = true;
            throw Injector.<RuntimeException>unchecked(made());
        }
    }

    /** Not by reflection, for which JDK 17 loads classes after a while, maybe the one being loaded. */
    private Throwable made() {
        return switch (fault.getSimpleName()) {
            case "IllegalStateException" -> new IllegalStateException(INJECTED);
            case "OutOfMemoryError" -> new OutOfMemoryError(INJECTED);
            case "StackOverflowError" -> new StackOverflowError(INJECTED);
            default -> new Error(INJECTED + " instead of " + fault);
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable fault) throws T {
        throw (T) fault;
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] code) {
        if (name == null || !name.startsWith("io/clonetrace/") || name.startsWith("io/clonetrace/it/")) {
            return null;
        }
        ClassReader reader = new ClassReader(code);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        String simple = name.substring(name.lastIndexOf('/') + 1);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String method, String descriptor, String signature, String[] thrown) {
                        MethodVisitor made = super.visitMethod(access, method, descriptor, signature, thrown);
                        boolean none =
                                method.startsWith("<") || (access & (Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT)) != 0;
                        return none ? made : new Asking(made, simple + "." + method);
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** Puts the question before a method's code. */
    private static final class Asking extends MethodVisitor {
        private final String stage;

        Asking(MethodVisitor method, String stage) {
            super(Opcodes.ASM9, method);
            this.stage = stage;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            visitMethodInsn(
                    Opcodes.INVOKESTATIC, "java/lang/System", "getProperties", "()Ljava/util/Properties;", false);
            visitLdcInsn(KEY);
            visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL,
                    "java/util/Properties",
                    "get",
                    "(Ljava/lang/Object;)Ljava/lang/Object;",
                    false);
            visitTypeInsn(Opcodes.CHECKCAST, "java/util/function/Consumer");
            visitLdcInsn(stage);
            visitMethodInsn(
                    Opcodes.INVOKEINTERFACE, "java/util/function/Consumer", "accept", "(Ljava/lang/Object;)V", true);
        }
    }
}
