package io.clonetrace.boot;

import java.io.EOFException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The part of the jar under one prefix, such as {@code core/}, found and read as a module without being extracted. */
final class JarModule extends ModuleReference implements ModuleFinder {
    private final File jar;
    private final String prefix;

    JarModule(File jar, String prefix, ModuleDescriptor.Builder descriptor) throws IOException {
        super(exporting(descriptor, packages(jar, prefix)).build(), jar.toURI());
        this.jar = jar;
        this.prefix = prefix;
    }

    /** Identifies the content of this part of a jar: by the checksums of all its entries. */
    static String fingerprint(File jar, String prefix) throws IOException {
        CRC32 sum = new CRC32();
        long size = 0;
        try (ZipFile file = new ZipFile(jar)) {
            for (String name : index(file, prefix + "entries")) {
                ZipEntry entry = file.getEntry(prefix + name);
                sum.update((name + " " + entry.getCrc() + "\n").getBytes(StandardCharsets.UTF_8));
                size += entry.getSize();
            }
        }
        return sum.getValue() + "-" + size;
    }

    @Override
    public Optional<ModuleReference> find(String name) {
        return name.equals(descriptor().name()) ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Set<ModuleReference> findAll() {
        return Collections.singleton(this);
    }

    @Override
    public ModuleReader open() throws IOException {
        return new Reader(jar, prefix);
    }

    /** The loader of another layer finds only exported packages; that all are open is not enough. */
    private static ModuleDescriptor.Builder exporting(ModuleDescriptor.Builder descriptor, Set<String> packages) {
        packages.forEach(descriptor::exports);
        return descriptor;
    }

    private static Set<String> packages(File jar, String prefix) throws IOException {
        Set<String> packages = new HashSet<>();
        try (ZipFile file = new ZipFile(jar)) {
            for (String folder : index(file, prefix + "packages")) {
                packages.add(folder.replace('/', '.'));
            }
        }
        return packages;
    }

    /**
     * A list that the build made, one name a line: reading the jar's thousands of entries would cost an application's
     * start more than all else here.
     */
    private static String[] index(ZipFile file, String name) throws IOException {
        ZipEntry entry = file.getEntry(name);
        if (entry == null) {
            throw new FileNotFoundException(name + " is not in " + file.getName());
        }
        try (InputStream in = file.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
        }
    }

    private static final class Reader implements ModuleReader {
        private final ZipFile file;
        private final String prefix;
        private final String base;

        Reader(File jar, String prefix) throws IOException {
            this.file = new ZipFile(jar);
            this.prefix = prefix;
            // A "jar:" URL; otherwise resources such as JNA's native library are not found.
            this.base = "jar:" + jar.toURI() + "!/" + prefix;
        }

        @Override
        public Optional<URI> find(String name) {
            return file.getEntry(prefix + name) == null ? Optional.empty() : Optional.of(URI.create(base + name));
        }

        @Override
        public Optional<InputStream> open(String name) throws IOException {
            ZipEntry entry = file.getEntry(prefix + name);
            return entry == null ? Optional.empty() : Optional.of(file.getInputStream(entry));
        }

        /** Reads a class into one array. */
        @Override
        public Optional<ByteBuffer> read(String name) throws IOException {
            ZipEntry entry = file.getEntry(prefix + name);
            if (entry == null) {
                return Optional.empty();
            }
            byte[] code = new byte[Math.toIntExact(entry.getSize())];
            try (InputStream in = file.getInputStream(entry)) {
                if (in.readNBytes(code, 0, code.length) < code.length) {
                    throw new EOFException(name + " is cut off in " + file.getName());
                }
            }
            return Optional.of(ByteBuffer.wrap(code));
        }

        @Override
        public Stream<String> list() {
            return file.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
