package io.clonetrace.cli;

import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.TargetProcess;
import io.clonetrace.linux.process.GlibcVersion;
import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import picocli.CommandLine;

/** The path of this program's jar, the version in its manifest, and what a report of a fault needs beside it. */
final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        try (JarFile file = new JarFile(ProgramJar.file().toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            return new String[] {
                "clonetrace " + manifest.getValue("Implementation-Version") + " (commit "
                        + manifest.getValue("Implementation-Commit") + ")",
                "JDK " + property("java.vm.version") + " (" + property("java.vm.name") + ", " + property("java.home")
                        + ")",
                property("os.name") + " " + property("os.version") + " (" + property("os.arch") + ")",
                libC()
            };
        }
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    private static String libC() {
        if (TargetProcess.self().usesMusl()) {
            return "musl";
        }
        try {
            return "glibc " + GlibcVersion.running();
        } catch (LinkageError unavailable) {
            // A JVM that clonetrace does not support must still say which one it is.
            return "C library unknown";
        }
    }
}
