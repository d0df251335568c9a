package io.clonetrace.fleet.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** An installation of Spark, of links to the jars that Maven has fetched. */
final class SparkHome implements AutoCloseable {
    private static final Path JAR = Path.of("target/clonetrace-fleet.jar").toAbsolutePath();
    private static final String JARS = "jars";

    private final Path home;
    private final String java;

    /** @param java the program {@code java} that is to run it */
    SparkHome(Path home, String java) throws IOException {
        this.home = home;
        this.java = java;
        Path jars = Files.createDirectories(home.resolve(JARS));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            // DuckDB and picocli are in our jar.
            boolean spark = entry.endsWith(".jar")
                    && Stream.of("duckdb", "picocli", "junit", "surefire").noneMatch(entry::contains);
            if (spark) {
                Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
            }
        }
    }

    /** Starts our job as {@code spark-submit} does; the driver logs into {@code out}. */
    Process submit(Path out, String master, List<String> options, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(java, "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
        command.addAll(List.of("-cp", home.resolve(JARS) + "/*", "org.apache.spark.deploy.SparkSubmit"));
        command.addAll(List.of(
                "--master", master, "--conf", "spark.ui.enabled=false", "--conf", "spark.driver.host=127.0.0.1"));
        command.addAll(options);
        command.addAll(List.of("--class", SparkExport.class.getName(), JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SPARK_HOME",
                        home.toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13",
                        "SPARK_LOCAL_IP",
                        "127.0.0.1",
                        "JAVA_HOME",
                        Path.of(java).getParent().getParent().toString()));
        return builder.start();
    }

    /** Removes the links: JUnit warns of each that it finds in a temporary folder. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> links = Files.list(home.resolve(JARS))) {
            for (Path link : (Iterable<Path>) links::iterator) {
                Files.delete(link);
            }
        }
    }
}
