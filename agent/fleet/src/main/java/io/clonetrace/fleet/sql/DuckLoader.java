package io.clonetrace.fleet.sql;

import io.clonetrace.linux.FileFailure;
import io.clonetrace.linux.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.duckdb.DuckDBDriver;

/**
 * Loads the classes of clonetrace-fleet.jar again where no library can be loaded from {@code java.io.tmpdir}, and
 * unpacks DuckDB's library into {@code TMPDIR}. DuckDB itself unpacks it by {@link Files#createTempFile}, into the
 * {@code java.io.tmpdir} that the JVM started with; if its jar has none, it asks its class loader for one
 * (org.duckdb.DuckDBNative).
 */
public final class DuckLoader extends URLClassLoader {
    private static final String NAME = "DuckDB";
    private static final String LIBRARY = "duckdb_java";

    private final Path folder;
    private URL library;

    private DuckLoader(URL jar, Path folder) {
        super(NAME, new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        this.folder = folder;
    }

    /** A loader of the jar that these classes are in; empty if DuckDB needs none, or there is no such jar. */
    public static Optional<ClassLoader> ifNeeded() {
        Path folder = TemporaryFolder.ofLibraries();
        URL jar = source(DuckLoader.class);
        boolean needed = !isInUse()
                && !folder.equals(Path.of(System.getProperty("java.io.tmpdir")))
                && jar.equals(source(DuckDBDriver.class));
        return needed ? Optional.of(new DuckLoader(jar, folder)) : Optional.empty();
    }

    private static URL source(Class<?> of) {
        return of.getProtectionDomain().getCodeSource().getLocation();
    }

    /** Where DuckDB's library is unpacked. */
    static Path libraries() {
        return isInUse() ? TemporaryFolder.ofLibraries() : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static boolean isInUse() {
        return NAME.equals(DuckLoader.class.getClassLoader().getName());
    }

    @Override
    public URL getResource(String name) {
        URL found = super.getResource(name);
        if (!name.startsWith("lib" + LIBRARY)) {
            return found;
        }
        library = found;
        return null;
    }

    @Override
    protected String findLibrary(String name) {
        if (!name.equals(LIBRARY) || library == null) {
            return null;
        }
        try {
            Path file = Files.createTempFile(folder, "lib" + LIBRARY, ".so");
            file.toFile().deleteOnExit();
            try (InputStream in = library.openStream()) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return file.toString();
        } catch (IOException full) {
            throw new UncheckedIOException(FileFailure.writing(full), full);
        }
    }
}
