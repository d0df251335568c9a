package io.clonetrace.it.process;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.tracefs.Tracefs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The instances in the kernel's tracefs, wherever it is mounted. */
public final class TracefsInstances {
    private TracefsInstances() {}

    /** Reads or changes something below its root. */
    public interface Look<T> {
        T at(Path root) throws IOException;
    }

    public static <T> T in(Look<T> look) throws IOException, LinuxException {
        try (Tracefs tracefs = Tracefs.open()) {
            return look.at(tracefs.root());
        }
    }

    /** The names of the instances of that process, which contain its pid. */
    public static List<String> of(long pid) throws IOException, LinuxException {
        return in(root -> {
            try (Stream<Path> all = Files.list(root.resolve("instances"))) {
                return all.map(instance -> instance.getFileName().toString())
                        .filter(name -> name.contains("-by-" + pid + "."))
                        .sorted()
                        .toList();
            }
        });
    }
}
