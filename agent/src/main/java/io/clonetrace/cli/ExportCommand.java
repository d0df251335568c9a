package io.clonetrace.cli;

import io.clonetrace.cli.target.ProgramJar;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code clonetrace export}: clonetrace-fleet.jar does it, in this JVM, so that the agent's jar does not hold DuckDB.
 */
@Command(name = "export", description = ExportOptions.DESCRIPTION, mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    private static final String FLEET = "clonetrace-fleet";
    private static final String MAIN = "io.clonetrace.fleet.Fleet";

    /** Another place of the jar. */
    private static final String VARIABLE = "CLONETRACE_FLEET";

    @Mixin
    private ExportOptions options;

    @Override
    public Integer call() throws IOException {
        Clonetrace.requireFlightRecorder();
        Path jar = fleet().orElseThrow(
                        () -> new IOException("export needs clonetrace-fleet.jar beside " + ProgramJar.file()
                                + ", or its path in the variable " + VARIABLE
                                + ": it is part of each release, and scripts/fleet.sh builds it"));
        List<String> words = new ArrayList<>(List.of("export"));
        words.addAll(options.words());
        // Its packages have the names of ours; the platform's loader knows neither.
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            return (Integer)
                    loader.loadClass(MAIN).getMethod("run", String[].class).invoke(null, (Object)
                            words.toArray(String[]::new));
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (ReflectiveOperationException other) {
            throw new IOException(jar + " is no clonetrace-fleet.jar of this version: " + other, other);
        }
    }

    /** Beside this jar, with a version in its name or without; in a build, in the folder of its module. */
    private static Optional<Path> fleet() throws IOException {
        String given = System.getenv(VARIABLE);
        if (given != null && !given.isEmpty()) {
            return Optional.of(Path.of(given)).filter(Files::isRegularFile);
        }
        Path folder = ProgramJar.path().getParent();
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(folder, FLEET + "{,-[0-9]*}.jar")) {
            for (Path jar : beside) {
                return Optional.of(jar);
            }
        }
        return Optional.of(folder.resolve("../fleet/target/" + FLEET + ".jar").normalize())
                .filter(Files::isRegularFile);
    }
}
