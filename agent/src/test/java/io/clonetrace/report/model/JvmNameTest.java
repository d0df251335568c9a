package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmNameTest {
    @ParameterizedTest
    @CsvSource({
        "/opt/app.jar --port 8080, app.jar",
        "org.example.Main, org.example.Main",
        "org.example/org.example.Main x, org.example.Main",
        "jdk.compiler/com.sun.tools.javac.launcher.Main src/T.java a b, T.java",
        "jdk.compiler/com.sun.tools.javac.launcher.SourceLauncher T.java, T.java",
        "jdk.compiler/com.sun.tools.javac.launcher.Main, com.sun.tools.javac.launcher.Main"
    })
    void isWhatWasStarted(String arguments, String name) {
        assertEquals(Optional.of(name), JvmName.mainClass(arguments));
    }

    @Test
    void missingJavaArgumentsGiveNoMainClass() {
        assertEquals(Optional.empty(), JvmName.mainClass(null));
        assertEquals(Optional.empty(), JvmName.mainClass(" "));
        // JDK 27, where the name of the main class looks like that of a secret (JEP 536).
        assertEquals(Optional.empty(), JvmName.mainClass("[REDACTED] --port 8080"));
    }
}
