package io.clonetrace.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.field.FieldDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.InstrumentedType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Weaves {@link ThreadAdvice} into {@code Thread} and {@code VirtualThread}, and leaves every other class alone. It
 * stays registered while the agent is on: otherwise the next retransformation by any other agent would remove the hook
 * silently.
 *
 * <p>Without Byte Buddy's AgentBuilder and its type validation, which cost half a second of start-up for nothing here.
 */
final class ThreadWeaver implements ClassFileTransformer {
    private static final String THREAD = "java/lang/Thread";
    private static final String VIRTUAL_THREAD = "java/lang/VirtualThread";

    private final Advice.WithCustomMapping slots;
    private final ClassFileLocator adviceCode;
    private final AtomicLong transformations = new AtomicLong();
    private volatile Throwable failure;

    ThreadWeaver(ThreadSlots slots) throws NoSuchFieldException, IOException {
        this.adviceCode = adviceCode();
        Class<?> type = slots.type();
        this.slots = Advice.withCustomMapping()
                .bind(ThreadAdvice.Starting.class, new FieldDescription.ForLoadedField(type.getField("starting")))
                .bind(ThreadAdvice.Started.class, new FieldDescription.ForLoadedField(type.getField("started")))
                .bind(ThreadAdvice.Failed.class, new FieldDescription.ForLoadedField(type.getField("failed")))
                .bind(ThreadAdvice.Exiting.class, new FieldDescription.ForLoadedField(type.getField("exiting")))
                .bind(
                        ThreadAdvice.VirtualStarts.class,
                        new FieldDescription.ForLoadedField(type.getField("virtualStarts")));
    }

    /** Read once: when another agent retransforms Thread, the jar may be gone. */
    private static ClassFileLocator adviceCode() throws IOException {
        Map<String, byte[]> code = new HashMap<>();
        for (Class<?> type : ThreadAdvice.class.getDeclaredClasses()) {
            if (!type.isAnnotation()) {
                code.put(type.getName(), JarResource.read("/" + type.getName().replace('.', '/') + ".class"));
            }
        }
        return new ClassFileLocator.Simple(code);
    }

    @Override
    public byte[] transform(
            Module module, ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] code) {
        if (loader != null || !(THREAD.equals(name) || VIRTUAL_THREAD.equals(name))) {
            return null;
        }
        transformations.incrementAndGet();
        try {
            return THREAD.equals(name) ? weaveThread(type, code) : weaveVirtualThread(type, code);
        } catch (Throwable broken) {
            failure = broken;
            return null;
        }
    }

    /** Why the last weaving failed, or null. */
    Throwable failure() {
        return failure;
    }

    /** How often there was something to weave. */
    long transformations() {
        return transformations.get();
    }

    private byte[] weaveThread(Class<?> type, byte[] code) {
        return decorate(type, code)
                .visit(advice(ThreadAdvice.Start.class).on(named("start")))
                .visit(advice(ThreadAdvice.Exit.class).on(named("exit").and(takesArguments(0))))
                .make()
                .getBytes();
    }

    private byte[] weaveVirtualThread(Class<?> type, byte[] code) {
        return decorate(type, code)
                .visit(advice(ThreadAdvice.VirtualStart.class).on(named("start").and(takesArguments(1))))
                .make()
                .getBytes();
    }

    private Advice advice(Class<?> type) {
        return slots.to(type, adviceCode).withExceptionHandler(new CountSuppressed());
    }

    private static DynamicType.Builder<?> decorate(Class<?> type, byte[] code) {
        return new ByteBuddy()
                .with(TypeValidation.DISABLED)
                .with(Implementation.Context.Disabled.Factory.INSTANCE)
                .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
                .with(InstrumentedType.Factory.Default.FROZEN)
                .ignore(none())
                .decorate(type, ClassFileLocator.Simple.of(type.getName(), code));
    }

    /**
     * What the woven code does with an exception of ours: counts it in the slots and continues. It calls nothing,
     * because the exception may be a StackOverflowError.
     */
    private static final class CountSuppressed extends StackManipulation.AbstractBase {
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
}
