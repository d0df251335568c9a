package io.clonetrace.packaging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Called by the build, with the jar of our classes and libraries. What an agent would otherwise have to do at each
 * start is done here: lambdas get their classes, and what the loaders have to know of their parts is written down.
 */
final class JarParts {
    private static final String CLASS = ".class";

    /** Classes that are defined in java.base. */
    private static final String SLOTS = "/slots";

    /** The first that a zip file can have: two builds make the same file. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final FileSystem jar;

    private JarParts(FileSystem jar) {
        this.jar = jar;
    }

    /**
     * @param arguments the jar; the folder for the index; the folders in the jar whose lambdas get classes, after
     *     {@code lambdas}; the folder that becomes a jar of its own, and those in it that do not, after {@code nested};
     *     the folders that are kept, after {@code kept}; each with all below
     */
    public static void main(String[] arguments) throws IOException {
        List<String> words = List.of(arguments);
        int nested = words.indexOf("nested");
        int kept = words.indexOf("kept");
        Path index = Path.of(arguments[1]);
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(arguments[0]))) {
            JarParts parts = new JarParts(jar);
            parts.makeLambdas(words.subList(words.indexOf("lambdas") + 1, nested));
            parts.nest(index.resolve("core"), words.get(nested + 1), words.subList(nested + 2, kept));
            parts.index(index, words.subList(kept + 1, words.size()));
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

    /** Not compressed: what the JDK makes of it would depend on its version. */
    private void nest(Path core, String folder, List<String> except) throws IOException {
        Set<Path> files = files(List.of(folder));
        files.removeAll(files(except));
        Path nested = core.resolve(folder + ".jar");
        Files.createDirectories(nested.getParent());
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(nested)))) {
            for (Path file : files) {
                byte[] content = Files.readAllBytes(file);
                CRC32 sum = new CRC32();
                sum.update(content);
                ZipEntry entry = new ZipEntry(file.toString().substring(1));
                entry.setMethod(ZipEntry.STORED);
                entry.setTimeLocal(NO_TIME);
                entry.setSize(content.length);
                entry.setCrc(sum.getValue());
                out.putNextEntry(entry);
                out.write(content);
                Files.delete(file);
            }
        }
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
