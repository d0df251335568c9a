package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.event.CloneEvent;
import io.clonetrace.it.host.Faulted;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The stages of {@link FaultInjectionIT} are strings that no compiler checks, and a missing one costs minutes there.
 */
class FaultStagesTest {
    private final List<String> names = new ArrayList<>();

    @Test
    void everyStageIsAMethodOfTheAgent() throws Exception {
        Path root = Path.of(CloneEvent.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(root.resolve("io/clonetrace"))) {
            files.map(root::relativize)
                    .map(Path::toString)
                    .filter(file -> file.endsWith(".class"))
                    .forEach(
                            file -> names.add(file.replaceFirst("\\.class$", "").replace('/', '.')));
        }
        List<String> missing = Stream.of(FaultInjectionIT.ENDING, FaultInjectionIT.GOING_ON, Faulted.STAGES)
                .flatMap(List::stream)
                .filter(stage -> !isThere(stage))
                .toList();
        assertEquals(List.of(), missing);
    }

    private boolean isThere(String stage) {
        int dot = stage.indexOf('.');
        return names.stream()
                .filter(name -> name.endsWith("." + stage.substring(0, dot)))
                .flatMap(name -> Stream.of(methods(name)))
                .anyMatch(method -> method.getName().equals(stage.substring(dot + 1)));
    }

    private static Method[] methods(String name) {
        try {
            return Class.forName(name, false, FaultStagesTest.class.getClassLoader())
                    .getDeclaredMethods();
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
