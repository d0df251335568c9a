package io.clonetrace.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Called by the build, with the jar of our classes and libraries. What an agent would otherwise have to do at each
 * start is done here: lambdas get their classes, and what the loader of the kept part has to know of it is written
 * down.
 */
final class JarParts {
    private static final String CLASS = ".class";

    private final FileSystem jar;

    private JarParts(FileSystem jar) {
        this.jar = jar;
    }

    /**
     * @param arguments the jar; the folder for the index; the folders in the jar whose lambdas get classes, after
     *     {@code lambdas}; the folders that are kept, after {@code kept}; each with all below
     */
    public static void main(String[] arguments) throws IOException {
        List<String> words = List.of(arguments);
        int kept = words.indexOf("kept");
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(arguments[0]))) {
            JarParts parts = new JarParts(jar);
            parts.makeLambdas(words.subList(words.indexOf("lambdas") + 1, kept));
            parts.index(Path.of(arguments[1]), words.subList(kept + 1, words.size()));
        }
    }

    private void makeLambdas(List<String> folders) throws IOException {
        Map<String, byte[]> classes = new HashMap<>();
        for (Path file : files(folders)) {
            String name = file.toString();
            if (name.endsWith(CLASS)) {
                classes.put(name.substring(1, name.length() - CLASS.length()), Files.readAllBytes(file));
            }
        }
        LambdaClasses lambdas = new LambdaClasses(classes);
        for (Map.Entry<String, byte[]> type : lambdas.classes().entrySet()) {
            if (classes.get(type.getKey()) != type.getValue()) {
                Files.write(jar.getPath("/" + type.getKey() + CLASS), type.getValue());
            }
        }
        System.out.println(lambdas.made() + " lambdas have classes; left to the JVM: " + lambdas.left());
    }

    private void index(Path folder, List<String> kept) throws IOException {
        Set<String> packages = new TreeSet<>();
        CRC32 sum = new CRC32();
        long size = 0;
        for (Path file : files(kept)) {
            byte[] content = Files.readAllBytes(file);
            sum.update(file.toString().getBytes(StandardCharsets.UTF_8));
            sum.update(content);
            size += content.length;
            if (file.toString().endsWith(CLASS)) {
                packages.add(file.getParent().toString().substring(1));
            }
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("packages"), String.join("\n", packages) + "\n");
        Files.writeString(folder.resolve("fingerprint"), sum.getValue() + "-" + size + "\n");
    }

    /** In the same order in each build. */
    private Set<Path> files(List<String> folders) throws IOException {
        Set<Path> all = new TreeSet<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(jar.getPath("/" + folder))) {
                files.filter(Files::isRegularFile).forEach(all::add);
            }
        }
        return all;
    }
}
