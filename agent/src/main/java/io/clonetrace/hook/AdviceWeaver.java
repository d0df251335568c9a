package io.clonetrace.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.none;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.field.FieldDescription;
import net.bytebuddy.description.field.FieldList;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.InstrumentedType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.implementation.bytecode.StackManipulation;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/**
 * Weaves {@link ThreadAdvice} into a class by Byte Buddy's {@code Advice}. The build does so with
 * {@link ThreadTemplate}, which {@link TemplateSplicer} then copies into {@code Thread}: resolving the advice in each
 * JVM took most of the agent's start. Only where that fails is it done in the JVM.
 *
 * <p>Without Byte Buddy's AgentBuilder and its type validation, which cost half a second of start-up for nothing here.
 */
final class AdviceWeaver {
    private static final String SLOTS = "java.lang.ClonetraceSlots";

    private final Advice.WithCustomMapping slots;
    private final ClassFileLocator adviceCode;

    AdviceWeaver() throws IOException {
        this.adviceCode = adviceCode();
        FieldList<?> fields = TypePool.Default.of(new ClassFileLocator.Compound(
                        ClassFileLocator.Simple.of(SLOTS, JarResource.read(ThreadSlots.RESOURCE)),
                        ClassFileLocator.ForClassLoader.ofPlatformLoader()))
                .describe(SLOTS)
                .resolve()
                .getDeclaredFields();
        this.slots = Advice.withCustomMapping()
                .bind(ThreadAdvice.Starting.class, slot(fields, "starting"))
                .bind(ThreadAdvice.Started.class, slot(fields, "started"))
                .bind(ThreadAdvice.Failed.class, slot(fields, "failed"))
                .bind(ThreadAdvice.Exiting.class, slot(fields, "exiting"))
                .bind(ThreadAdvice.VirtualStarts.class, slot(fields, "virtualStarts"));
    }

    private static FieldDescription slot(FieldList<?> fields, String name) {
        return fields.filter(named(name)).getOnly();
    }

    private static ClassFileLocator adviceCode() throws IOException {
        Map<String, byte[]> code = new HashMap<>();
        for (Class<?> type : ThreadAdvice.class.getDeclaredClasses()) {
            if (!type.isAnnotation()) {
                code.put(type.getName(), JarResource.read("/" + type.getName().replace('.', '/') + ".class"));
            }
        }
        return new ClassFileLocator.Simple(code);
    }

    /** The code of {@link ThreadTemplate}, woven. */
    byte[] weaveTemplate(byte[] code) {
        return decorate(ThreadTemplate.class, code)
                .visit(advice(ThreadAdvice.Start.class).on(named(HookedMethod.START.template())))
                .visit(advice(ThreadAdvice.Exit.class).on(named(HookedMethod.EXIT.template())))
                .visit(advice(ThreadAdvice.VirtualStart.class).on(named(HookedMethod.VIRTUAL_START.template())))
                .make()
                .getBytes();
    }

    /**
     * The code of a class, woven.
     *
     * @param type a class of {@link HookedMethod}
     */
    byte[] weave(Class<?> type, byte[] code) {
        return decorate(type, code)
                .visit(advice(ThreadAdvice.Start.class).on(hooked(HookedMethod.START)))
                .visit(advice(ThreadAdvice.Exit.class).on(hooked(HookedMethod.EXIT)))
                .visit(advice(ThreadAdvice.VirtualStart.class).on(hooked(HookedMethod.VIRTUAL_START)))
                .make()
                .getBytes();
    }

    private static ElementMatcher<MethodDescription> hooked(HookedMethod wanted) {
        return method -> HookedMethod.of(
                        method.getDeclaringType().asErasure().getInternalName(),
                        method.getInternalName(),
                        method.getDescriptor())
                == wanted;
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
        private static final String OWNER = "java/lang/ClonetraceSlots";
        private static final int WORDS = 4;

        @Override
        public Size apply(MethodVisitor code, Implementation.Context context) {
            code.visitInsn(Opcodes.POP);
            code.visitFieldInsn(Opcodes.GETSTATIC, OWNER, "suppressed", "J");
            code.visitInsn(Opcodes.LCONST_1);
            code.visitInsn(Opcodes.LADD);
            code.visitFieldInsn(Opcodes.PUTSTATIC, OWNER, "suppressed", "J");
            return new Size(-1, WORDS);
        }
    }
}
