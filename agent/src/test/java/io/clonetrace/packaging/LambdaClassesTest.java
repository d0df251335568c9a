package io.clonetrace.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaClassesTest {
    private static final String PACKAGE = "io/clonetrace/packaging/";

    @TempDir
    Path folder;

    @Test
    void lambdasDoTheSameInClassesOfTheirOwn() throws Exception {
        LambdaClasses rewritten = new LambdaClasses(lambdas());
        String serializable = PACKAGE + "Lambdas: altMetafactory";
        assertEquals(List.of(serializable, serializable), rewritten.left(), "its creation and deserialization");

        Map<String, Object> expected = new Lambdas().get();
        Class<?> type = new Rewritten(rewritten.classes()).loadClass(Lambdas.class.getName());
        assertNotSame(Lambdas.class, type);
        Object lambdas = type.getConstructor().newInstance();
        assertEquals(expected.toString(), ((Supplier<?>) lambdas).get().toString());

        List<?> objects = objects(type);
        assertEquals(Lambdas.OBJECTS.size(), objects.size());
        assertEquals(
                rewritten.made(),
                objects.stream().map(Object::getClass).distinct().count());
        for (Object object : objects) {
            assertFalse(object.getClass().isHidden(), object.getClass().getName());
            assertEquals(type.getNestHost(), object.getClass().getNestHost());
        }
        ((Supplier<?>) lambdas).get();
        assertEquals(objects.get(0), objects.get(Lambdas.OBJECTS.size()), "what captures nothing is one object");
        assertNotEquals(objects.get(1), objects.get(Lambdas.OBJECTS.size() + 1));
    }

    @Test
    void theKeptPartIsIdentifiedByItsContent() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        lambdas().forEach((name, code) -> files.put(name + ".class", code));
        files.put("kept/one/A.class", code(Lambdas.class.getName()));
        files.put("kept/one/two/text", "11".getBytes(StandardCharsets.US_ASCII));
        files.put("seldom/A", new byte[7]);
        files.put("seldom/often/B", new byte[11]);
        String first = fingerprint(files);
        assertEquals("kept/one\n", Files.readString(folder.resolve("index/kept/packages")));
        assertEquals(first, fingerprint(files));
        files.put("kept/one/two/text", "12".getBytes(StandardCharsets.US_ASCII));
        assertNotEquals(first, fingerprint(files));
        files.put("kept/one/two/text", "11".getBytes(StandardCharsets.US_ASCII));
        files.put("another", new byte[3]);
        assertEquals(first, fingerprint(files));
    }

    private String fingerprint(Map<String, byte[]> files) throws IOException {
        Path jar = folder.resolve("test.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue());
            }
        }
        JarParts.main(new String[] {
            jar.toString(),
            folder.resolve("index").toString(),
            "lambdas",
            PACKAGE,
            "nested",
            "seldom",
            "seldom/often",
            "kept",
            "kept/one"
        });
        try (JarFile written = new JarFile(jar.toFile());
                JarFile nested =
                        new JarFile(folder.resolve("index/core/seldom.jar").toFile())) {
            assertTrue(written.getEntry(PACKAGE + "Lambdas$$Lambda$1.class") != null);
            assertEquals(
                    List.of("seldom/A"), nested.stream().map(JarEntry::getName).toList());
            assertEquals(null, written.getEntry("seldom/A"));
            assertTrue(written.getEntry("seldom/often/B") != null);
        }
        return Files.readString(folder.resolve("index/kept/fingerprint"));
    }

    private static List<?> objects(Class<?> type) throws ReflectiveOperationException {
        Field objects = type.getDeclaredField("OBJECTS");
        objects.setAccessible(true);
        return (List<?>) objects.get(null);
    }

    private static Map<String, byte[]> lambdas() throws IOException {
        Map<String, byte[]> classes = new HashMap<>();
        for (Class<?> type : Lambdas.class.getDeclaredClasses()) {
            classes.put(type.getName().replace('.', '/'), code(type.getName()));
        }
        classes.put(PACKAGE + "Lambdas", code(Lambdas.class.getName()));
        return classes;
    }

    private static byte[] code(String className) throws IOException {
        try (InputStream in = Lambdas.class.getResourceAsStream("/" + className.replace('.', '/') + ".class")) {
            return in.readAllBytes();
        }
    }

    private static final class Rewritten extends ClassLoader {
        private final Map<String, byte[]> classes;

        Rewritten(Map<String, byte[]> classes) {
            this.classes = classes;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            byte[] code = classes.get(name.replace('.', '/'));
            if (code == null) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? defineClass(name, code, 0, code.length) : loaded;
        }
    }
}
