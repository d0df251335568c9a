package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.host.ClassNames;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jar as released: an application's loader sees its entry class and nothing else. */
class PackagedJarIT {
    private static final String CORE = "core/";

    /** What remains in a JVM after a detach. */
    private static final String KEPT = "kept/";

    /** See {@link LicencesIT}. */
    private static final String LICENSES = "META-INF/licenses/";

    private static final String BOOT = "io/clonetrace/boot/";

    /** Defined in java.base at run time, so every loader sees it. */
    private static final String SLOTS = CORE + "slots/";

    private static final int JAVA_8 = 52;

    @Test
    void onlyTheEntryIsVisibleToTheApplicationsLoader() throws IOException {
        Set<String> top = new TreeSet<>();
        Set<String> core = new TreeSet<>();
        Set<String> kept = new TreeSet<>();
        for (JarEntry entry : entries()) {
            String name = entry.getName();
            if (name.startsWith(CORE)) {
                core.add(name.substring(CORE.length()).replaceFirst("/.*", ""));
            } else if (name.startsWith(KEPT)) {
                kept.add(name.substring(KEPT.length()).replaceFirst("^((?:[^/]+/){2}[^/]+)/.*", "$1"));
            } else if (!name.startsWith(LICENSES)) {
                top.add(name);
            }
        }
        assertEquals(
                new TreeSet<>(List.of(
                        "META-INF/",
                        "META-INF/LICENSE",
                        "META-INF/MANIFEST.MF",
                        "META-INF/NOTICE",
                        "io/",
                        "io/clonetrace/",
                        BOOT,
                        BOOT + "Core.class",
                        BOOT + "JarModule$Reader.class",
                        BOOT + "JarModule.class",
                        BOOT + "JarPart.class",
                        BOOT + "Kept.class",
                        BOOT + "KeptModule.class",
                        BOOT + "PartLoader.class",
                        BOOT + "Premain.class")),
                top);
        assertEquals(new TreeSet<>(List.of("", "com", "io", "net", "org", "packages", "picocli", "slots")), core);
        assertTrue(
                kept.containsAll(Set.of("com/sun/jna", "io/clonetrace/event", "io/clonetrace/linux")), kept::toString);
    }

    /**
     * The loaders read these lists instead of the jar; those of an earlier version, which a JVM may still have, all.
     */
    @Test
    void indexListsEveryEntry() throws IOException {
        for (String part : List.of(CORE, KEPT)) {
            Set<String> packages = new TreeSet<>();
            Set<String> files = new TreeSet<>();
            for (JarEntry entry : entries()) {
                String name = entry.getName();
                if (!name.startsWith(part) || name.startsWith(SLOTS) || entry.isDirectory()) {
                    continue;
                }
                name = name.substring(part.length());
                if (name.endsWith(".class")) {
                    packages.add(name.substring(0, name.lastIndexOf('/')));
                }
                if (name.contains("/")) {
                    files.add(name);
                }
            }
            assertEquals(packages, new TreeSet<>(index(part + "packages")));
            if (part.equals(KEPT)) {
                assertEquals(files, new TreeSet<>(index(part + "entries")));
            }
        }
        assertEquals(1, index(KEPT + "fingerprint").size());
    }

    /** LambdaMetafactory would make a class for each in the JVM, interpreted. */
    @Test
    void lambdasOfTheAgentHaveClasses() throws IOException {
        List<String> left = new ArrayList<>();
        int made = 0;
        try (JarFile jar = new JarFile(Artifacts.JAR.toFile())) {
            for (JarEntry entry : entries()) {
                String name = entry.getName();
                if (!name.matches(
                        "(core|kept)/io/clonetrace/(agent|correlate|event|hook|linux|stack|trace|unwind)/.*")) {
                    continue;
                }
                byte[] code = jar.getInputStream(entry).readAllBytes();
                if (new String(code, StandardCharsets.ISO_8859_1).contains("java/lang/invoke/LambdaMetafactory")) {
                    left.add(name);
                }
                made += name.contains("$$Lambda$") ? 1 : 0;
            }
        }
        assertEquals(List.of(), left);
        assertTrue(made > 400, made + " classes of lambdas");
    }

    private static List<String> index(String name) throws IOException {
        try (JarFile jar = new JarFile(Artifacts.JAR.toFile())) {
            byte[] text = jar.getInputStream(jar.getEntry(name)).readAllBytes();
            return new String(text, StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    void entriesAreNotCompressed() throws IOException {
        assertEquals(
                List.of(),
                entries().stream()
                        .filter(entry -> entry.getMethod() != JarEntry.STORED)
                        .map(JarEntry::getName)
                        .limit(1)
                        .toList());
    }

    @Test
    void entryIsJava8Bytecode() throws IOException {
        try (JarFile jar = new JarFile(Artifacts.JAR.toFile())) {
            for (JarEntry entry : entries()) {
                if (entry.getName().startsWith(BOOT) && !entry.isDirectory()) {
                    // JVM specification 4.1: magic, minor_version, major_version.
                    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                        int[] head = {in.readInt(), in.readUnsignedShort(), in.readUnsignedShort()};
                        assertArrayEquals(new int[] {0xCAFEBABE, 0, JAVA_8}, head, entry.getName());
                    }
                }
            }
        }
    }

    @Test
    void manifestNamesTheEntryForEveryWayToStart() throws IOException {
        Map<String, String> attributes;
        try (JarFile jar = new JarFile(Artifacts.JAR.toFile())) {
            attributes = jar.getManifest().getMainAttributes().entrySet().stream()
                    .collect(Collectors.toMap(
                            a -> a.getKey().toString(), a -> a.getValue().toString()));
        }
        String entry = "io.clonetrace.boot.Premain";
        Map<String, String> expected = Map.of(
                "Premain-Class",
                entry,
                "Agent-Class",
                entry,
                "Main-Class",
                entry,
                "Can-Retransform-Classes",
                "true",
                "Can-Redefine-Classes",
                "true",
                "Implementation-Title",
                "clonetrace");
        expected.forEach((name, value) -> assertEquals(value, attributes.get(name), name));
        // These would show the application's loaders more, or start the agent from the command line.
        List.of("Boot-Class-Path", "Class-Path", "Launcher-Agent-Class")
                .forEach(name -> assertFalse(attributes.containsKey(name), name));
        assertTrue(attributes.get("Implementation-Version").matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"));
    }

    /** What a report of a fault needs; the truth is java's, uname's and getconf's own. */
    @Test
    void versionNamesTheCommitTheJdkTheKernelAndTheCLibrary() throws Exception {
        Jdk jdk = Jdk.current();
        Path folder = Artifacts.folder("version");
        String version = output(folder, "version", Commands.clonetrace(jdk, "--version"));
        List<String> lines = version.lines().toList();
        assertEquals(4, lines.size(), version);
        assertTrue(
                lines.get(0).matches("clonetrace \\d+\\.\\d+\\.\\d+\\S* \\(commit ([0-9a-f]{12,}(-dirty)?|unknown)\\)"),
                version);
        String java = output(folder, "java", List.of(jdk.tool("java"), "-Xinternalversion"));
        assertTrue(java.contains(lines.get(1).split(" ")[1]), version + java);
        assertTrue(lines.get(2).contains(output(folder, "uname", List.of("uname", "-sr"))), version);
        assertEquals(output(folder, "getconf", List.of("getconf", "GNU_LIBC_VERSION")), lines.get(3));
    }

    private static String output(Path folder, String name, List<String> command) throws Exception {
        Run run = Run.toEnd(folder, name, command);
        assertEquals(0, run.exitStatus(), run.stderr());
        return run.stdout().trim();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void applicationSeesNothingBehindTheEntry(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("packaged-jar-" + jdk);
        Path names = Files.createFile(folder.resolve("names"));
        Set<String> hidden = entries().stream()
                .map(JarEntry::getName)
                .filter(name -> name.startsWith(CORE) || name.startsWith(KEPT))
                .filter(name -> !name.endsWith("/") && !name.startsWith(SLOTS))
                .map(name -> name.substring(CORE.length()))
                .collect(Collectors.toCollection(TreeSet::new));
        hidden.addAll(nested());
        assertTrue(hidden.containsAll(Set.of(
                "io/clonetrace/agent/Agent.class",
                "net/bytebuddy/ByteBuddy.class",
                "com/sun/jna/Native.class",
                "picocli/CommandLine.class")));
        hidden.add(BOOT + "Premain.class");
        Files.write(names, hidden);

        List<String> options = List.of(Artifacts.agent("source=none"));
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, options, ClassNames.class, names.toString()));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("", run.stderr());
        assertEquals("agent true\nresource " + BOOT + "Premain.class\nclass " + BOOT + "Premain.class\n", run.stdout());
    }

    /** What the hook falls back on where its template does not fit a JVM's Thread. */
    @Test
    void byteBuddyIsLoadedFromTheJarWithinTheJar() throws Exception {
        Set<String> outer = entries().stream().map(JarEntry::getName).collect(Collectors.toSet());
        Set<String> nested = nested();
        assertTrue(nested.size() > 2_900, nested.size() + " files");
        nested.forEach(name -> assertFalse(outer.contains(CORE + name), name));
        URL jar = Artifacts.JAR.toUri().toURL();
        try (URLClassLoader entry = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
                InputStream code = Thread.class.getResourceAsStream("Thread.class")) {
            Method core =
                    entry.loadClass("io.clonetrace.boot.Core").getDeclaredMethod("loader", String.class, boolean.class);
            core.setAccessible(true);
            ClassLoader loader = (ClassLoader) core.invoke(null, Artifacts.JAR.toString(), true);
            Class<?> weaver = loader.loadClass("io.clonetrace.hook.AdviceWeaver");
            Constructor<?> constructor = weaver.getDeclaredConstructor();
            constructor.setAccessible(true);
            Method weave = weaver.getDeclaredMethod("weave", Class.class, byte[].class);
            weave.setAccessible(true);
            byte[] woven = (byte[]) weave.invoke(constructor.newInstance(), Thread.class, code.readAllBytes());
            assertTrue(new String(woven, StandardCharsets.ISO_8859_1).contains("java/lang/ClonetraceSlots"));
        }
    }

    private static Set<String> nested() throws IOException {
        Set<String> names = new TreeSet<>();
        try (JarFile jar = new JarFile(Artifacts.JAR.toFile());
                ZipInputStream nested =
                        new ZipInputStream(jar.getInputStream(jar.getEntry(CORE + "net/bytebuddy.jar")))) {
            for (ZipEntry entry = nested.getNextEntry(); entry != null; entry = nested.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    private static List<JarEntry> entries() throws IOException {
        try (JarFile jar = new JarFile(Artifacts.JAR.toFile())) {
            return jar.stream().toList();
        }
    }
}
