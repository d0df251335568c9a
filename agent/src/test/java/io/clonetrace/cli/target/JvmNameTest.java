package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a /proc of files. */
class JvmNameTest {
    private static final int USER = 1000;
    private static final int OTHER = 1001;

    @TempDir
    private Path proc;

    @BeforeEach
    void processes() throws IOException {
        process("self", 900, USER, "/lib/libjvm.so", "java", "-jar", "clonetrace.jar", "attach", "app.jar");
        process("900", 900, USER, "/lib/libjvm.so", "java", "-jar", "clonetrace.jar", "attach", "app.jar");
        process("40", 40, USER, "/lib/libc.so.6", "vim", "app.jar");
        process(
                "41",
                41,
                USER,
                "/lib/libjvm.so",
                "java",
                "-Xmx1g",
                "-cp",
                "x:y",
                "-jar",
                "/srv/app.jar",
                "--port",
                "1");
        process("42", 42, OTHER, "/lib/libjvm.so", "java", "-jar", "/srv/app.jar");
        process("43", 43, USER, "/lib/libjvm.so", "java", "-cp", "a.jar", "com.acme.Shop", "app.jar");
        process("44", 44, USER, "/lib/libjvm.so", "java", "com.acme.two.Twice");
        process("45", 45, USER, "/lib/libjvm.so", "java", "com.acme.one.Twice");
    }

    private void process(String entry, int pid, int user, String library, String... words) throws IOException {
        Path folder = Files.createDirectory(proc.resolve(entry));
        Files.writeString(
                folder.resolve("status"),
                "Tgid:\t" + pid + "\nUid:\t" + user + "\t" + user + "\t" + user + "\t" + user + "\nGid:\t1\t1\t1\t1\n");
        Files.writeString(folder.resolve("maps"), "7f00-7f10 r-xp 00000000 00:00 1 " + library + "\n");
        Files.writeString(folder.resolve("cmdline"), String.join("\0", words) + "\0");
    }

    private int pid(String word) throws IOException {
        return JvmName.pid(proc, word);
    }

    private String refusal(String word) {
        return assertThrows(IOException.class, () -> pid(word)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "4711,4711",
        "app.jar,41",
        "/srv/app.jar,41",
        "srv/app.jar,41",
        "com.acme.Shop,43",
        "Shop,43",
        "com.acme.one.Twice,45",
        "app,41",
        "shop,43",
        "acme.two,44"
    })
    void aNumberOrTheProgramOfOneJvm(String word, int pid) throws IOException {
        assertEquals(pid, pid(word));
    }

    @Test
    void severalJvmsAreListed() {
        assertEquals(
                "2 JVMs run Twice: 44 com.acme.two.Twice, 45 com.acme.one.Twice; choose one by its pid",
                refusal("Twice"));
    }

    @ParameterizedTest
    @CsvSource({"other.jar", "vim", "srv", "clonetrace.jar", "record=x.jfr", "''"})
    void aNameThatNoneHasIsAnsweredByThoseThatRun(String word) {
        assertEquals(
                "\"" + word + "\" is not a pid, and no JVM of this user runs a program of that name; running: 41"
                        + " /srv/app.jar, 43 com.acme.Shop, 44 com.acme.two.Twice, 45 com.acme.one.Twice",
                refusal(word));
    }

    @Test
    void aPartThatSeveralHaveIsAnsweredByThese() {
        assertEquals(
                "3 JVMs run a program with \"ACME\" in its name: 43 com.acme.Shop, 44 com.acme.two.Twice, 45"
                        + " com.acme.one.Twice; choose one by its pid",
                refusal("ACME"));
    }

    @Test
    void aNumberThatNoPidCanHave() {
        assertEquals("there is no process 99999999999", refusal("99999999999"));
    }

    @Test
    void rootSeesAllOfThem() throws IOException {
        Files.writeString(proc.resolve("self/status"), "Tgid:\t900\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
        assertEquals("2 JVMs run app.jar: 41 /srv/app.jar, 42 /srv/app.jar; choose one by its pid", refusal("app.jar"));
        assertEquals(
                "\"none\" is not a pid, and no JVM runs a program of that name",
                refusal("none").replaceFirst(";.*", ""));
    }

    @Test
    void fiveAreListedAndTheOthersCounted() throws IOException {
        process("46", 46, USER, "/lib/libjvm.so", "java", "F");
        process("47", 47, USER, "/lib/libjvm.so", "java", "G");
        assertEquals("46 F and 1 more", refusal("nothing").replaceFirst(".*Twice, ", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "java -jar a.jar x,a.jar",
        "java -m m/com.acme.Main,m/com.acme.Main",
        "java --module=m,m",
        "java --add-opens java.base/java.lang=ALL-UNNAMED -Dx=y -ea Main,Main",
        "java @arguments Main,@arguments",
        "jsvc -cp x,jsvc",
        "java -jar,java"
    })
    void theProgramOfACommandLine(String line, String program) {
        assertEquals(program, JvmName.program(List.of(line.split(" "))));
    }
}
