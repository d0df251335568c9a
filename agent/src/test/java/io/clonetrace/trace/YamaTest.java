package io.clonetrace.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a /proc made up here: the module may be missing where the tests run. */
class YamaTest {
    @TempDir
    private Path proc;

    private Yama scope(String scope) throws IOException {
        Path file = proc.resolve(Yama.FILE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, scope + "\n");
        return Yama.of(proc);
    }

    @Test
    void noModuleOrScopeZeroForbidsNothing() throws IOException {
        assertTrue(Yama.of(proc).scope().isEmpty());
        assertTrue(Yama.of(proc).rule().isEmpty());
        assertTrue(scope("0").rule().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "1, only root and ancestors may trace; start the program by clonetrace run",
        "2, run as root",
        "3, no process may trace until the next reboot"
    })
    void higherScopeForbidsTracing(String scope, String rule) throws IOException {
        assertEquals(scope, scope(scope).scope().orElseThrow());
        String said = scope(scope).rule().orElseThrow();
        assertTrue(said.startsWith("kernel.yama.ptrace_scope is " + scope) && said.contains(rule), said);
    }
}
