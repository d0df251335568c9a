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
 * start is done here: lambdas get their classes, and what the loaders have to know of their parts is written down.
 */
final class JarParts {
    private static final String CLASS = ".class";

    /** Classes that are defined in java.base. */
    private static final String SLOTS = "/slots";

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

    private void index(Path folder, List<String> folders) throws IOException {
        Set<Path> kept = files(folders);
        CRC32 sum = new CRC32();
        long size = 0;
        for (Path file : kept) {
            byte[] content = Files.readAllBytes(file);
            sum.update(file.toString().getBytes(StandardCharsets.UTF_8));
            sum.update(content);
            size += content.length;
        }
        write(folder.resolve("kept/fingerprint"), Set.of(sum.getValue() + "-" + size));
        write(folder.resolve("kept/packages"), packages(kept));
        // These two are for the entry class of an earlier version: a JVM that has it uses it for each later attach.
        write(folder.resolve("kept/entries"), names(kept));
        Set<Path> core = files(List.of(""));
        core.removeAll(kept);
        core.removeIf(file -> file.startsWith(SLOTS));
        write(folder.resolve("core/packages"), packages(core));
    }

    private static Set<String> packages(Set<Path> files) {
        Set<String> packages = new TreeSet<>();
        for (Path file : files) {
            if (file.toString().endsWith(CLASS)) {
                packages.add(file.getParent().toString().substring(1));
            }
        }
        return packages;
    }

    private static Set<String> names(Set<Path> files) {
        Set<String> names = new TreeSet<>();
        files.forEach(file -> names.add(file.toString().substring(1)));
        return names;
    }

    private static void write(Path file, Set<String> lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines) + "\n");
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
