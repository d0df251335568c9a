package io.clonetrace.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The spliced code, against what Byte Buddy weaves, and as the JVM verifies and runs it. */
class TemplateSplicerTest {
    private static final String ODD = OddThread.class.getName();

    private final List<String> observed = new ArrayList<>();
    private ThreadSlots slots;

    @BeforeEach
    void listen() throws Exception {
        slots = ThreadSlots.inJavaBase();
    }

    @AfterEach
    void forget() throws Exception {
        slots.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.lang.Thread", "java.lang.VirtualThread"})
    void callsAreThoseThatByteBuddyWeaves(String name) throws Exception {
        byte[] code = code(name);
        Map<String, List<String>> advised = calls(new AdviceWeaver().weave(Class.forName(name, false, null), code));
        Map<String, List<String>> spliced = calls(new TemplateSplicer().splice(name.replace('.', '/'), code));

        assertEquals(advised, spliced);
        assertFalse(calls(code).equals(spliced));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 'starting odd; started odd 7'",
        "2, 'starting odd; started odd 7'",
        "3, 'starting odd; started odd 7'",
        "4, 'starting odd; failed odd java.lang.IllegalStateException'",
        "5, 'starting odd; failed odd java.lang.StackOverflowError'"
    })
    void codeOfAnyShapeIsVerifiedAndRunsAsBefore(int path, String expected) throws Exception {
        Object plain = new OddThread();
        Object woven = odd();
        Object unwovenResult = run(plain, path);
        assertEquals(List.of(), observed);
        fill(false);

        assertEquals(unwovenResult, run(woven, path));
        assertEquals(expected, String.join("; ", observed));
    }

    @Test
    void codeRunsAsBeforeWithoutListeners() throws Exception {
        assertEquals(run(new OddThread(), 2), run(odd(), 2));
    }

    @Test
    void exceptionsOfListenersAreCountedAndGoNoFurther() throws Exception {
        Object plain = run(new OddThread(), 1);
        Object woven = odd();
        long before = slots.suppressed();
        fill(true);

        assertEquals(plain, run(woven, 1));
        assertEquals(before + 1, slots.suppressed());
    }

    @Test
    void methodThatReturnsAValueIsRefused() throws Exception {
        TemplateSplicer splicer = new TemplateSplicer();
        byte[] code = code(ODD);
        assertThrows(
                IllegalStateException.class,
                () -> splicer.splice(
                        ODD.replace('.', '/'),
                        code,
                        (name, type) -> name.equals("result") ? HookedMethod.START : null));
    }

    @Test
    void codeThatReturnsWithSomethingOnTheStackIsLeftToByteBuddy() throws Exception {
        byte[] untidy = untidy(code("java.lang.Thread"));
        TemplateSplicer splicer = new TemplateSplicer();
        assertThrows(IllegalStateException.class, () -> splicer.splice("java/lang/Thread", untidy));
        ThreadWeaver weaver = new ThreadWeaver();

        byte[] woven = weaver.transform(null, null, "java/lang/Thread", Thread.class, null, untidy);

        assertNull(weaver.failure());
        assertEquals(calls(new AdviceWeaver().weave(Thread.class, untidy)), calls(woven));
    }

    /** The same as another agent may leave it: a return drops what is on the stack (JVMS 6.5). */
    private static byte[] untidy(byte[] code) {
        ClassWriter untidy = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        new ClassReader(code)
                .accept(
                        new ClassVisitor(TemplateSplicer.API, untidy) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String type, String signature, String[] exceptions) {
                                MethodVisitor target = super.visitMethod(access, name, type, signature, exceptions);
                                return new MethodVisitor(TemplateSplicer.API, target) {
                                    @Override
                                    public void visitInsn(int opcode) {
                                        if (opcode == Opcodes.RETURN) {
                                            super.visitInsn(Opcodes.LCONST_1);
                                        }
                                        super.visitInsn(opcode);
                                    }
                                };
                            }
                        },
                        0);
        return untidy.toByteArray();
    }

    private void fill(boolean failing) throws Exception {
        slots.fill(new ThreadListener(
                child -> {
                    if (failing) {
                        throw new IllegalArgumentException("a failure of the agent");
                    }
                    observed.add("starting " + child);
                    return child;
                },
                (token, eetop) -> observed.add("started " + token + " " + eetop),
                (token, thrown) ->
                        observed.add("failed " + token + " " + thrown.getClass().getName()),
                (thread, eetop) -> observed.add("exiting " + thread),
                new LongAdder()));
    }

    /** What a method did: its result, or what it threw. */
    private static Object run(Object odd, int path) throws Exception {
        Method start = odd.getClass().getDeclaredMethod("start", int.class, long.class, String.class, double.class);
        start.setAccessible(true);
        try {
            start.invoke(odd, path, 1L << 40, "text", 0.5);
        } catch (InvocationTargetException thrown) {
            return thrown.getCause().getClass();
        }
        Method result = odd.getClass().getDeclaredMethod("result");
        result.setAccessible(true);
        return result.invoke(odd);
    }

    /** One whose {@code start} is woven, and verified, because its loader is not the boot loader. */
    private static Object odd() throws Exception {
        byte[] woven = new TemplateSplicer()
                .splice(
                        ODD.replace('.', '/'),
                        code(ODD),
                        (name, type) -> name.equals("start") ? HookedMethod.START : null);
        Class<?> type = new ClassLoader(TemplateSplicerTest.class.getClassLoader()) {
            Class<?> define() {
                return defineClass(ODD, woven, 0, woven.length);
            }
        }.define();
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static byte[] code(String name) throws Exception {
        ClassLoader loader = TemplateSplicerTest.class.getClassLoader();
        try (InputStream in = loader.getResourceAsStream(name.replace('.', '/') + ".class")) {
            assumeTrue(in != null || !name.endsWith("VirtualThread"), "this JDK has no " + name);
            return in.readAllBytes();
        }
    }

    /** For each method its calls, and its reads and writes of fields, in their order. */
    private static Map<String, List<String>> calls(byte[] code) {
        Map<String, List<String>> calls = new TreeMap<>();
        new ClassReader(code)
                .accept(
                        new ClassVisitor(TemplateSplicer.API) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String type, String signature, String[] exceptions) {
                                List<String> own = new ArrayList<>();
                                calls.put(name + type, own);
                                return new MethodVisitor(TemplateSplicer.API) {
                                    @Override
                                    public void visitMethodInsn(
                                            int opcode, String owner, String its, String itsType, boolean isInterface) {
                                        own.add(opcode + " " + owner + "." + its + itsType);
                                    }

                                    @Override
                                    public void visitFieldInsn(int opcode, String owner, String its, String itsType) {
                                        own.add(opcode + " " + owner + "." + its + itsType);
                                    }

                                    @Override
                                    public void visitInsn(int opcode) {
                                        if (opcode == Opcodes.ATHROW
                                                || opcode == Opcodes.MONITORENTER
                                                || opcode == Opcodes.MONITOREXIT) {
                                            own.add("" + opcode);
                                        }
                                    }
                                };
                            }
                        },
                        ClassReader.SKIP_FRAMES);
        return calls;
    }

    /** Has what the splicer must move: wide parameters, ones that are written, locals, handlers, several returns. */
    static final class OddThread {
        volatile long eetop = 7;
        private String result = "";

        OddThread() {}

        void start(int path, long wide, String text, double other) {
            if (path == 1) {
                result = text + wide + other;
                return;
            }
            long sum = wide;
            text = null;
            for (int i = 0; i < path; i++) {
                double half = other / (i + 1);
                try {
                    synchronized (this) {
                        sum += (long) (half * 8);
                        if (path == 4 && i == 2) {
                            throw new IllegalStateException("odd");
                        }
                        if (path == 3 && i == 1) {
                            other = sum;
                            wide = i;
                            result += text + wide + other;
                            return;
                        }
                    }
                } finally {
                    result += "," + sum;
                }
            }
            if (path == 5) {
                throw new StackOverflowError("odd");
            }
            Object[] mixed = {sum, other};
            result += mixed.length;
        }

        String result() {
            return result;
        }

        @Override
        public String toString() {
            return "odd";
        }
    }
}
