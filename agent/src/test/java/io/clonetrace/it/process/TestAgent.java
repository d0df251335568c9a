package io.clonetrace.it.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Agents of the tests, beside clonetrace. */
public final class TestAgent {
    private TestAgent() {}

    /** {@code -javaagent:} with that test class; it may use the host's Byte Buddy. */
    public static String option(Path folder, Class<?> agent) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Premain-Class", agent.getName());
        main.putValue("Can-Retransform-Classes", "true");
        try (var libraries = Files.newDirectoryStream(Artifacts.HOST_LIBRARIES, "byte-buddy-*.jar")) {
            main.put(
                    Attributes.Name.CLASS_PATH,
                    Artifacts.TEST_CLASSES.toUri() + " "
                            + libraries.iterator().next().toUri());
        }
        Path jar = folder.resolve(agent.getSimpleName() + ".jar");
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
        return "-javaagent:" + jar;
    }
}
