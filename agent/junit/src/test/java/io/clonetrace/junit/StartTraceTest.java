package io.clonetrace.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StartTraceTest {
    private static final String EXTENSION = ThreadLeaksExtension.class.getName() + ".run";

    @Test
    void framesInsideOfThreadStartAndAroundTheTestAreCutOff() {
        assertEquals(
                List.of("app.Pool.add", "app.FooTest.leaves"),
                ofTest(
                        "io.clonetrace.junit.ThreadStarts.accept",
                        "io.clonetrace.agent.starts.StartHook.apply",
                        "java.lang.Thread.start",
                        "java.lang.Thread.start",
                        "app.Pool.add",
                        "app.FooTest.leaves",
                        "jdk.internal.reflect.DirectMethodHandleAccessor.invoke",
                        "java.lang.reflect.Method.invoke",
                        "org.junit.platform.commons.util.ReflectionUtils.invokeMethod",
                        EXTENSION,
                        "org.junit.jupiter.engine.Whatever.run",
                        "app.Main.main"));
    }

    @Test
    void traceOfAnotherThreadThanTheTestsIsKeptWhole() {
        assertEquals(
                List.of("app.Worker.run", "java.lang.reflect.Method.invoke", "java.lang.Thread.run"),
                ofTest(
                        "io.clonetrace.junit.ThreadStarts.accept",
                        "java.lang.Thread.start",
                        "app.Worker.run",
                        "java.lang.reflect.Method.invoke",
                        "java.lang.Thread.run"));
    }

    @Test
    void overriddenStartOfASubclassIsKept() {
        assertEquals(
                List.of("app.MyThread.start", "app.FooTest.leaves"),
                ofTest("java.lang.Thread.start", "app.MyThread.start", "app.FooTest.leaves", EXTENSION));
    }

    @Test
    void traceThatEndsBeforeThreadStartIsKept() {
        assertEquals(List.of("app.Deep.deeper"), ofTest("app.Deep.deeper"));
        assertEquals(List.of(), ofTest());
    }

    private static List<String> ofTest(String... frames) {
        StackTraceElement[] trace = Stream.of(frames)
                .map(frame -> new StackTraceElement(
                        frame.substring(0, frame.lastIndexOf('.')),
                        frame.substring(frame.lastIndexOf('.') + 1),
                        null,
                        -1))
                .toArray(StackTraceElement[]::new);
        return Arrays.stream(StartTrace.ofTest(trace))
                .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                .toList();
    }
}
