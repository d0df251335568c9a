package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.Markdown;
import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.agent.options.AgentOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Every command in the documentation is one that this version accepts: nothing is run. */
class DocumentedCommandsTest {
    private static final Pattern COMMAND = Pattern.compile(
            "(?:^(?:\\$ )?(?:sudo )?(?:nice (?:-n 5 )?)?(?:scripts/)?clonetrace|\\bjava -jar \\S*clonetrace\\.jar) (.*)");

    private static final String PROMPT = "$ ";
    private static final Pattern AGENT = Pattern.compile("-javaagent:\\S*clonetrace\\.jar=(\\S+)");
    private static final Pattern SCRIPT = Pattern.compile("(?:^|\\s)(scripts/[\\w-]+\\.sh)(.*)");

    /** Where the command ends in a line of a shell. */
    private static final Pattern REST = Pattern.compile("\\s+#.*|\\s*(?:[|;&<>]).*|\\s+2>.*");

    /** A synopsis, which no shell would take. */
    private static final Pattern SYNOPSIS = Pattern.compile("[\\[\\]]|\\.\\.\\.");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private final List<String> wrong = new ArrayList<>();
    private int commands;
    private int agents;
    private int scripts;

    @Test
    void everyCommandIsAccepted() throws IOException {
        for (Path page : Markdown.pages()) {
            if (page.endsWith("CHANGELOG.md") || page.endsWith("platforms.md")) {
                // The one has commands of old versions, the other is made by a script.
                continue;
            }
            Markdown markdown = Markdown.of(page);
            for (Markdown.Block block : markdown.blocks()) {
                if (block.language().isEmpty()) {
                    // Output.
                    continue;
                }
                List<String> lines = joined(block.lines());
                for (int i = 0; i < lines.size(); i++) {
                    if (!block.language().equals("console") || lines.get(i).startsWith(PROMPT)) {
                        check(lines.get(i), markdown.at(block.line() + i));
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(commands > 40 && agents > 5 && scripts > 10, commands + ", " + agents + ", " + scripts);
    }

    /** Lines that end in a backslash with the next one, which is left empty. */
    private static List<String> joined(List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        for (int i = all.size() - 2; i >= 0; i--) {
            if (all.get(i).endsWith("\\")) {
                all.set(
                        i,
                        all.get(i).substring(0, all.get(i).length() - 1)
                                + all.get(i + 1).strip());
                all.set(i + 1, "");
            }
        }
        return all;
    }

    private void check(String line, String place) throws IOException {
        Matcher command = COMMAND.matcher(line.strip());
        if (command.find() && !SYNOPSIS.matcher(command.group(1)).find() && !isMeantToBeWrong(line)) {
            commands++;
            String words = REST.matcher(command.group(1)).replaceFirst("");
            refusal(words(words)).ifPresent(why -> wrong.add(place + " " + words + ": " + why));
        }
        Matcher agent = AGENT.matcher(line);
        if (agent.find() && !SYNOPSIS.matcher(agent.group(1)).find()) {
            agents++;
            try {
                AgentOptions.parse(agent.group(1));
            } catch (IllegalArgumentException refused) {
                wrong.add(place + " " + refused.getMessage());
            }
        }
        Matcher script = SCRIPT.matcher(line);
        if (script.find()) {
            scripts++;
            checkScript(script.group(1), REST.matcher(script.group(2)).replaceFirst(""), place);
        }
    }

    /** The tutorial shows what mistakes are answered by. */
    private static boolean isMeantToBeWrong(String line) {
        return line.startsWith(PROMPT + "clonetrace reprot ") || line.contains(" recrd=");
    }

    private static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(word -> Arrays.asList(word.group(1), word.group(2), word.group(3)).stream()
                        .filter(part -> part != null)
                        .collect(Collectors.joining()))
                .toList();
    }

    private static Optional<String> refusal(List<String> words) {
        try {
            ParseResult result = Clonetrace.commandLine().parseArgs(words.toArray(new String[0]));
            if (words.get(0).equals("attach")) {
                AttachCommand attach =
                        (AttachCommand) result.subcommand().commandSpec().userObject();
                AttachOptions.parse(attach.agentsWords(), Path.of("").toAbsolutePath());
            }
            return Optional.empty();
        } catch (ParameterException | IllegalArgumentException refused) {
            return Optional.of(refused.getMessage());
        }
    }

    private void checkScript(String script, String rest, String place) throws IOException {
        Path file = Markdown.ROOT.resolve(script);
        if (!Files.exists(file)) {
            wrong.add(place + " there is no " + script);
            return;
        }
        String own = Files.readString(file);
        String folder = Files.exists(Path.of(file.toString().replaceFirst("\\.sh$", ""))) ? sources(file) : "";
        for (String word : words(rest.replaceFirst(" -- .*", ""))) {
            if (word.startsWith("--") && !(own + folder).contains(word)) {
                wrong.add(place + " " + script + " has no " + word);
            }
        }
    }

    /** The sources beside a script, in the folder of its name. */
    private static String sources(Path script) throws IOException {
        try (var files = Files.walk(Path.of(script.toString().replaceFirst("\\.sh$", "")))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
            return all.toString();
        }
    }
}
