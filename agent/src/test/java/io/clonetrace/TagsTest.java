package io.clonetrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Every test belongs to a run of scripts/test.sh: Maven finds its class, and the pom knows its tags. */
class TagsTest {
    private static final Pattern UNIT_TEST = Pattern.compile(".*Test");
    private static final Pattern INTEGRATION_TEST = Pattern.compile("io\\.clonetrace\\.it\\.\\w+IT");
    private static final Pattern ANY_TEST = Pattern.compile(UNIT_TEST + "|" + INTEGRATION_TEST);

    /** What the pom's executions ask for or leave out, and the classes that may have it. */
    private static final Map<String, Pattern> TAGS =
            Map.of("own-jvm", UNIT_TEST, "alone", INTEGRATION_TEST, "long", ANY_TEST);

    private static List<Class<?>> classes;

    @BeforeAll
    static void load() throws Exception {
        Path root = Path.of(TagsTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".class")).toList()) {
                String name = root.relativize(file)
                        .toString()
                        .replaceFirst("\\.class$", "")
                        .replace('/', '.');
                classes.add(Class.forName(name, false, TagsTest.class.getClassLoader()));
            }
        }
    }

    @Test
    void everyClassWithTestsHasANameThatMavenRuns() throws IOException {
        List<Class<?>> tests = classes.stream().filter(TagsTest::hasTests).toList();
        assertTrue(tests.contains(TagsTest.class));
        assertEquals(
                List.of(),
                tests.stream()
                        .map(Class::getName)
                        .filter(name -> !ANY_TEST.matcher(name).matches())
                        .toList());
    }

    private static boolean hasTests(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .anyMatch(method -> AnnotationSupport.isAnnotated(method, Testable.class));
    }

    @Test
    void everyTagIsOneOfThePoms() {
        List<String> unknown = new ArrayList<>();
        for (Class<?> type : classes) {
            Stream.concat(Stream.of(type), Stream.of(type.getDeclaredMethods()))
                    .flatMap(TagsTest::tags)
                    .filter(tag -> !TAGS.containsKey(tag)
                            || !TAGS.get(tag).matcher(type.getName()).matches())
                    .forEach(tag -> unknown.add(tag + " of " + type.getName()));
        }
        assertEquals(List.of(), unknown);
    }

    private static Stream<String> tags(AnnotatedElement element) {
        return AnnotationSupport.findRepeatableAnnotations(element, Tag.class).stream()
                .map(Tag::value);
    }
}
