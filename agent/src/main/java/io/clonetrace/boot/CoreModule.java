package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The part of the jar under {@code core/}, found and read as a module without being extracted. */
final class CoreModule extends ModuleReference implements ModuleFinder {
    private static final String PREFIX = "core/";

    /** Classes that are to be defined into java.base at run time: no package of this module. */
    private static final String FOREIGN = PREFIX + "slots/";

    private final File jar;

    CoreModule(File jar, ModuleDescriptor.Builder descriptor) throws IOException {
        super(descriptor.packages(packages(jar)).build(), jar.toURI());
        this.jar = jar;
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
        return new Reader(jar);
    }

    private static Set<String> packages(File jar) throws IOException {
        Set<String> packages = new HashSet<>();
        try (JarFile file = new JarFile(jar, false)) {
            file.stream().map(ZipEntry::getName).forEach(name -> {
                int end = name.lastIndexOf('/');
                if (name.startsWith(PREFIX) && name.endsWith(".class") && !name.startsWith(FOREIGN)) {
                    packages.add(name.substring(PREFIX.length(), end).replace('/', '.'));
                }
            });
        }
        return packages;
    }

    private static final class Reader implements ModuleReader {
        private final JarFile file;
        private final String base;

        Reader(File jar) throws IOException {
            file = new JarFile(jar, false);
            // A "jar:" address, or resources such as JNA's native library are not found.
            base = "jar:" + jar.toURI() + "!/" + PREFIX;
        }

        @Override
        public Optional<URI> find(String name) {
            return file.getEntry(PREFIX + name) == null ? Optional.empty() : Optional.of(URI.create(base + name));
        }

        @Override
        public Optional<InputStream> open(String name) throws IOException {
            ZipEntry entry = file.getEntry(PREFIX + name);
            return entry == null ? Optional.empty() : Optional.of(file.getInputStream(entry));
        }

        @Override
        public Stream<String> list() {
            return file.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith(PREFIX))
                    .map(name -> name.substring(PREFIX.length()));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
