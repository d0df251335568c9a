package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A {@link JarPart} as a module. */
final class JarModule extends ModuleReference implements ModuleFinder {
    private final File jar;
    private final String prefix;

    JarModule(File jar, String prefix, ModuleDescriptor descriptor) {
        super(descriptor, jar.toURI());
        this.jar = jar;
        this.prefix = prefix;
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
        return new Reader(new JarPart(jar, prefix));
    }

    private static final class Reader implements ModuleReader {
        private final JarPart part;

        Reader(JarPart part) {
            this.part = part;
        }

        @Override
        public Optional<URI> find(String name) {
            return part.has(name) ? Optional.of(part.uri(name)) : Optional.empty();
        }

        @Override
        public Optional<InputStream> open(String name) throws IOException {
            return Optional.ofNullable(part.open(name));
        }

        @Override
        public Optional<ByteBuffer> read(String name) throws IOException {
            byte[] content = part.read(name);
            return content == null ? Optional.empty() : Optional.of(ByteBuffer.wrap(content));
        }

        @Override
        public Stream<String> list() {
            return part.list();
        }

        @Override
        public void close() throws IOException {
            part.close();
        }
    }
}
