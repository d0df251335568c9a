package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An application that is a module and requires nothing: the agent finds what it needs all the same, and leaves the
 * application's module graph alone.
 */
class ModularIT {
    private static final String APPLICATION = """
        package modular.app;

        public final class Main {
            public static void main(String[] arguments) throws InterruptedException {
                Thread thread = new Thread(Main::work, "modular");
                thread.start();
                thread.join();
            }

            static void work() {
                Module own = Main.class.getModule();
                System.out.println(own + " reads instrument " + ModuleLayer.boot()
                        .findModule("java.instrument").map(own::canRead).orElse(false));
                System.out.println("core " + ModuleLayer.boot().findModule("clonetrace.core").isPresent());
            }
        }
        """;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void modularApplicationRunsAndIsRecorded(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("modular-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Path sources = Files.createDirectories(folder.resolve("src/modular/app"));
        Path main = Files.writeString(sources.resolve("Main.java"), APPLICATION);
        Path info = Files.writeString(folder.resolve("src/module-info.java"), "module modular.app {}\n");
        Path modules = folder.resolve("modules");
        Run javac = Run.toEnd(
                folder,
                "javac",
                List.of(jdk.tool("javac"), "-d", modules.toString(), main.toString(), info.toString()));
        assertEquals(0, javac.exitStatus(), javac.stderr());

        String agent = Artifacts.agent("source=none", "record=" + recording);
        Run run = Run.toEnd(
                folder,
                "app",
                List.of(jdk.tool("java"), agent, "-p", modules.toString(), "-m", "modular.app/modular.app.Main"));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals("module modular.app reads instrument false\ncore false\n", run.stdout());
        assertEquals("", run.stderr());

        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> starts = recorded.named("clonetrace.ThreadStart").stream()
                .filter(event -> event.getString("childName").equals("modular"))
                .toList();
        assertEquals(1, starts.size());
        assertTrue(starts.get(0).getInt("childTid") > 0, starts::toString);
    }
}
