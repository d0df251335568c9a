package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.Markdown;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.truth.ShownOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What README.md and the tutorial show in blocks with commands is what these commands print, but for the figures. */
class DocumentedOutputIT {
    private static final String PROMPT = "$ ";
    private static final String IN_BACKGROUND = " &";
    private static final long DEADLINE_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long CHECK_NANOS = 20_000_000;

    /** Another run of this test, in another clone, has JVMs of its own. */
    private static final String OWN_APP = "app-" + ProcessHandle.current().pid() + ".jar";

    private final List<Run> background = new ArrayList<>();
    private final Jdk jdk = Jdk.underTest().findFirst().orElseThrow();

    @AfterEach
    void end() {
        background.forEach(Run::close);
    }

    @Test
    void tutorial() throws Exception {
        follow("docs/tutorial.md", Artifacts.folder("documented-tutorial"));
    }

    /** Its app.jar is a program that leaks and runs already. */
    @Test
    void readme() throws Exception {
        Path folder = Artifacts.folder("documented-readme");
        prepare(folder);
        startInBackground(folder, "app", "java -jar " + OWN_APP + " --leak 100000 > app.out 2>&1");
        List<Shown> all = shown("README.md");
        // The report is shown before the commands that make the recording.
        List<Shown> inOrder = new ArrayList<>(all.subList(1, all.size()));
        inOrder.add(all.get(0));
        follow(folder, inOrder);
    }

    /** A command, and the lines shown below it. */
    private record Shown(String place, String command, List<String> lines) {}

    private static List<Shown> shown(String page) throws IOException {
        Markdown markdown = Markdown.of(Markdown.ROOT.resolve(page));
        List<Shown> all = new ArrayList<>();
        for (Markdown.Block block : markdown.blocks()) {
            if (!block.language().equals("console")) {
                continue;
            }
            List<String> lines = block.lines();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith(PROMPT)) {
                    all.add(new Shown(
                            markdown.at(block.line() + i), lines.get(i).substring(PROMPT.length()), new ArrayList<>()));
                } else {
                    all.get(all.size() - 1).lines().add(lines.get(i));
                }
            }
        }
        return all;
    }

    private void follow(String page, Path folder) throws Exception {
        prepare(folder);
        follow(folder, shown(page));
    }

    private void follow(Path folder, List<Shown> all) throws Exception {
        assertTrue(all.size() > 1, all::toString);
        for (int i = 0; i < all.size(); i++) {
            Shown shown = all.get(i);
            String command = shown.command().replace("app.jar", OWN_APP);
            if (command.endsWith(IN_BACKGROUND)) {
                startInBackground(folder, "step-" + i, command.substring(0, command.length() - IN_BACKGROUND.length()));
                continue;
            }
            Run run = Run.start(folder, "step-" + i, List.of("bash", "-c", "{ " + command + "\n} 2>&1"), path(folder));
            run.exitStatus();
            String printed = run.stdout().replace(OWN_APP, "app.jar");
            assertEquals(
                    List.of(),
                    ShownOutput.missing(shown.lines(), printed),
                    () -> shown.place() + " $ " + shown.command() + " printed:\n" + printed);
        }
    }

    /** The jars, and clonetrace and the JDK's tools on the PATH. */
    private void prepare(Path folder) throws IOException {
        Files.copy(Artifacts.DEMO, folder.resolve(OWN_APP));
        Files.copy(Artifacts.DEMO, folder.resolve("demo-" + OWN_APP));
        Path script = folder.resolve("clonetrace");
        Files.writeString(script, "#!/bin/sh\nexec java -jar " + Artifacts.JAR + " \"$@\"\n");
        assertTrue(script.toFile().setExecutable(true));
    }

    private Map<String, String> path(Path folder) {
        return Map.of("PATH", folder + ":" + Path.of(jdk.tool("java")).getParent() + ":" + System.getenv("PATH"));
    }

    /** Starts it, and waits until it can be attached to: it prints when its main method runs. */
    private void startInBackground(Path folder, String name, String command) throws IOException {
        Run run = Run.start(folder, name, List.of("bash", "-c", "exec " + command), path(folder));
        background.add(run);
        Path output = folder.resolve(command.replaceFirst(".*> (\\S+) 2>&1", "$1"));
        long begin = System.nanoTime();
        while (!Files.isRegularFile(output, LinkOption.NOFOLLOW_LINKS) || Files.size(output) == 0) {
            assertTrue(run.process().isAlive() && System.nanoTime() - begin < DEADLINE_NANOS, run.stderr());
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }
}
