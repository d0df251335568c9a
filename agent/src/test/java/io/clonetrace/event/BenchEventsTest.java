package io.clonetrace.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.Markdown;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.StackTrace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The events that scripts/bench.sh has a program commit without an agent cost what the agent's do. */
class BenchEventsTest {
    private static final Path CLASSES = Markdown.ROOT.resolve(Path.of("demo-app", "target", "classes"));

    @ParameterizedTest
    @CsvSource({"StartEvent, ThreadStartEvent", "CloneEvent, CloneEvent", "StackEvent, ThreadStackEvent"})
    void haveTheFieldsOfTheAgents(String bench, String agent) throws Exception {
        try (URLClassLoader demo = new URLClassLoader(
                new URL[] {CLASSES.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> own = demo.loadClass("io.clonetrace.demoapp.bench.events." + bench);
            Class<?> agents = Class.forName("io.clonetrace.event." + agent);
            assertEquals(Event.class, own.getSuperclass());
            assertEquals(fields(agents), fields(own));
            assertEquals(stackTrace(agents), stackTrace(own));
        }
    }

    private static List<String> fields(Class<?> event) {
        return Arrays.stream(event.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .map(BenchEventsTest::description)
                .toList();
    }

    private static String description(Field field) {
        return field.getType().getName() + " " + field.getName();
    }

    private static boolean stackTrace(Class<?> event) {
        return event.getAnnotation(StackTrace.class).value();
    }
}
