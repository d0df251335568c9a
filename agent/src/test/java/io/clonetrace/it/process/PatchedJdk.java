package io.clonetrace.it.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** A JDK with another libjvm.so, otherwise made of links to an installed one. */
public final class PatchedJdk {
    /** The launcher finds the JDK by its own path, and HotSpot by that of libjvm.so, without the links in them. */
    private static final Set<String> COPIED = Set.of("java", "libjli.so");

    private PatchedJdk() {}

    /** Its libjvm.so exports gHotSpotVMStructs by another name. */
    public static Jdk withoutVmStructs(Jdk jdk, Path home) throws IOException {
        link(jdk.home(), home);
        link(jdk.home().resolve("bin"), home.resolve("bin"));
        link(jdk.home().resolve("lib"), home.resolve("lib"));
        Path server = home.resolve("lib/server");
        link(jdk.home().resolve("lib/server"), server);
        Path library = server.resolve("libjvm.so");
        String bytes = new String(Files.readAllBytes(library), StandardCharsets.ISO_8859_1);
        Files.delete(library);
        Files.write(
                library,
                bytes.replace("\0gHotSpotVMStructs\0", "\0xHotSpotVMStructs\0").getBytes(StandardCharsets.ISO_8859_1));
        return new Jdk(home, jdk.feature());
    }

    /** Links to all that is in the folder, in the place of a link to the folder itself. */
    private static void link(Path from, Path to) throws IOException {
        Files.deleteIfExists(to);
        Files.createDirectory(to);
        try (var entries = Files.newDirectoryStream(from.toRealPath())) {
            for (Path entry : entries) {
                Path name = to.resolve(entry.getFileName());
                if (COPIED.contains(name.getFileName().toString())) {
                    Files.copy(entry, name);
                } else {
                    Files.createSymbolicLink(name, entry);
                }
            }
        }
    }
}
