package io.clonetrace.cli.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class ManualPageTest {
    @Command(
            name = "tool",
            version = {"tool 1.2.3 (commit 4)", "JDK 5"},
            description = "Does things. Well.",
            mixinStandardHelpOptions = true,
            subcommands = {Part.class, Secret.class, CommandLine.HelpCommand.class})
    private static final class Tool {}

    @Command(
            name = "part",
            description = {"Does a part: 100 %% of it.", "'quoted' ~/file.", ".dot first"},
            footerHeading = "%nOptions of it:%n",
            footer = {"  name=VALUE", "      what it says"})
    private static final class Part {
        @Option(
                names = {"-n", "--number"},
                paramLabel = "N",
                description = "how many %%n (default: ${DEFAULT-VALUE})",
                defaultValue = "7")
        private int number;

        @Option(names = "--odd", hidden = true, description = "not for people")
        private boolean odd;

        @Parameters(paramLabel = "FILE", description = "what it reads")
        private List<Path> files;
    }

    @Command(name = "secret", hidden = true, description = "Not for people.")
    private static final class Secret {}

    private static final CommandLine TOOL = new CommandLine(new Tool());

    @TempDir
    private Path folder;

    @Test
    void aPageForTheProgramAndForEachVisibleCommand() {
        assertEquals(
                List.of("tool.1", "tool-part.1"),
                ManualPage.all(TOOL).stream().map(ManualPage::file).toList());
    }

    @Test
    void pageHasWhatHelpPrints() {
        String page = ManualPage.all(TOOL).get(1).roff();
        assertTrue(page.startsWith(".TH TOOL\\-PART 1 \"\" \"tool 1.2.3\" \"User Commands\"\n"), page);
        assertTrue(page.contains(".SH NAME\ntool-part \\- Does a part\n"), page);
        assertTrue(page.contains(".PP\nDoes a part: 100 % of it.\n"), page);
        assertTrue(page.contains("\\(aqquoted\\(aq \\(ti/file."), page);
        assertTrue(page.contains("\n\\&.dot first\n"), page);
        assertTrue(page.contains("\\fB\\-n\\fR, \\fB\\-\\-number\\fR\\fI=N\\fR\nhow many %n (default: 7)\n"), page);
        assertTrue(page.contains(".SH OPTIONS OF IT\n.TP\n\\fBname=VALUE\\fR\nwhat it says\n"), page);
        assertTrue(page.contains("\\fBtool\\fR(1)"), page);
        assertFalse(page.contains("odd"), page);
    }

    /** The truth is groff's own: no warning, and no line wider than a terminal of 80 columns. */
    @Test
    void groffFormatsItWithoutAWarning() throws Exception {
        assumeTrue(runs("groff", "--version"), "groff is not installed");
        for (ManualPage page : ManualPage.all(TOOL)) {
            Path source = Files.writeString(folder.resolve(page.file()), page.roff());
            Path text = folder.resolve("text");
            Path warnings = folder.resolve("warnings");
            Process groff = new ProcessBuilder(
                            "groff", "-man", "-Tascii", "-P-c", "-P-b", "-P-u", "-ww", "-rLL=78n", source.toString())
                    .redirectOutput(text.toFile())
                    .redirectError(warnings.toFile())
                    .start();
            assertEquals(0, groff.waitFor());
            assertEquals("", Files.readString(warnings));
            List<String> lines = Files.readAllLines(text, StandardCharsets.US_ASCII);
            assertTrue(lines.stream().allMatch(line -> line.length() <= 80), () -> String.join("\n", lines));
            assertTrue(lines.stream().anyMatch(line -> line.contains("tool")), () -> String.join("\n", lines));
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
