package io.clonetrace.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;

/** The height of the stack, against the frames and the greatest heights that the JDK's compiler wrote. */
class StackHeightTest {
    private int frames;
    private int methods;

    @Test
    void heightIsThatOfTheFrameToWhichTheCodeRuns() throws IOException {
        Path base = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base/java");
        List<Path> all;
        try (Stream<Path> found = Files.walk(base)) {
            all = found.filter(path -> path.toString().endsWith(".class")).toList();
        }
        for (Path path : all) {
            new ClassReader(Files.readAllBytes(path)).accept(new Classes(), ClassReader.EXPAND_FRAMES);
        }
        assertTrue(frames > 10_000 && methods > 10_000, frames + " frames, " + methods + " methods");
    }

    private final class Classes extends ClassVisitor {
        Classes() {
            super(TemplateSplicer.API);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] thrown) {
            return new Checked(name + type);
        }
    }

    private final class Checked extends StackHeight {
        private final String method;
        private int most;

        Checked(String method) {
            super(new ClassWriter(0).visitMethod(Opcodes.ACC_STATIC, "any", "()V", null, null));
            this.method = method;
        }

        private void see() {
            most = Math.max(most, height());
        }

        @Override
        public void visitFrame(int kind, int locals, Object[] local, int stacked, Object[] stack) {
            int ran = height();
            super.visitFrame(kind, locals, local, stacked, stack);
            if (ran != UNKNOWN) {
                frames++;
                assertEquals(height(), ran, method);
            }
            see();
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.RETURN) {
                assertEquals(0, height(), method);
            }
            super.visitInsn(opcode);
            see();
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
            super.visitVarInsn(opcode, variable);
            see();
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            super.visitFieldInsn(opcode, owner, name, descriptor);
            see();
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
            see();
        }

        @Override
        public void visitMaxs(int stack, int locals) {
            assertTrue(most <= stack, () -> method + ": " + most + " of " + stack);
            methods++;
        }
    }
}
