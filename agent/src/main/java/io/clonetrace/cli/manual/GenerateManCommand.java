package io.clonetrace.cli.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace generate-man FOLDER}: the manual page of the program and of each command, for packages. */
@Command(
        name = "generate-man",
        description = "Writes the manual pages, clonetrace.1 and one for each command, into a folder.",
        hidden = true,
        mixinStandardHelpOptions = true)
public final class GenerateManCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "made if it is missing")
    private Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(folder);
        for (ManualPage page : ManualPage.all(spec.root().commandLine())) {
            Files.writeString(folder.resolve(page.file()), page.roff());
        }
        return 0;
    }
}
