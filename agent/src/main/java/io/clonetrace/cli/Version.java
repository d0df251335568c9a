package io.clonetrace.cli;

import java.nio.file.Path;
import java.util.jar.JarFile;
import picocli.CommandLine;

/** The path of this program's jar, and the version in its manifest. */
final class Version implements CommandLine.IVersionProvider {
    private static volatile Path jar;

    static Path jar() {
        return jar;
    }

    static void jar(Path file) {
        jar = file;
    }

    @Override
    public String[] getVersion() throws Exception {
        try (JarFile file = new JarFile(jar.toFile())) {
            return new String[] {
                "clonetrace " + file.getManifest().getMainAttributes().getValue("Implementation-Version")
            };
        }
    }
}
