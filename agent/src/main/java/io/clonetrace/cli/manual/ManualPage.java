package io.clonetrace.cli.manual;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a command, in section 1, with the macros of groff_man(7): the text is that of {@code --help}. */
final class ManualPage {
    private final CommandLine command;
    private final CommandSpec spec;
    private final Roff roff = new Roff();

    private ManualPage(CommandLine command) {
        this.command = command;
        this.spec = command.getCommandSpec();
    }

    /** The pages of a program and of its commands, but for hidden ones and {@code help}. */
    static List<ManualPage> all(CommandLine program) {
        List<ManualPage> pages = new ArrayList<>();
        pages.add(new ManualPage(program));
        documented(program).forEach(command -> pages.add(new ManualPage(command)));
        return pages;
    }

    /** {@code clonetrace-run.1}. */
    String file() {
        return name(spec) + ".1";
    }

    String roff() {
        roff.title(name(spec), release());
        roff.section("NAME");
        roff.text(name(spec) + " \\- " + Roff.escaped(summary()));
        roff.section("SYNOPSIS");
        roff.synopsis(spec.qualifiedName(), arguments());
        roff.section("DESCRIPTION");
        roff.paragraphs(lines(spec.usageMessage().description()));
        if (!spec.subcommands().isEmpty()) {
            roff.section("COMMANDS");
            documented(command)
                    .forEach(sub -> roff.entry(
                            reference(sub.getCommandSpec()),
                            lines(sub.getCommandSpec().usageMessage().description())
                                    .subList(0, 1)));
        }
        argumentsAndOptions();
        footer();
        seeAlso();
        return roff.toString();
    }

    /** The name and number with which {@code --version} begins; the rest differs between builds and machines. */
    private String release() {
        return spec.root().version()[0].replaceFirst("^(\\S+ \\S+).*", "$1");
    }

    /** The first sentence. */
    private String summary() {
        String first = lines(spec.usageMessage().description()).get(0);
        return first.replaceFirst("(?s)[.:](\\s.*)?$", "");
    }

    private static List<CommandLine> documented(CommandLine command) {
        return command.getSubcommands().values().stream()
                .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                .filter(sub -> !sub.getCommandName().equals("help"))
                .toList();
    }

    /** What follows the name in the synopsis that {@code --help} prints. */
    private String arguments() {
        String synopsis = command.getHelp().synopsis(0).replaceAll("\\s+", " ").trim();
        return synopsis.substring(spec.qualifiedName().length()).trim();
    }

    private void argumentsAndOptions() {
        List<PositionalParamSpec> parameters = spec.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .toList();
        if (!parameters.isEmpty()) {
            roff.section("ARGUMENTS");
            parameters.forEach(parameter -> roff.entry(Roff.bold(label(parameter)), described(parameter)));
        }
        roff.section("OPTIONS");
        spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(option -> bare(option).toLowerCase(Locale.ROOT)))
                .forEach(option -> roff.entry(names(option), described(option)));
    }

    private static String bare(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    private String names(OptionSpec option) {
        List<String> names = new ArrayList<>();
        for (String name : option.names()) {
            names.add(Roff.bold(name));
        }
        return String.join(", ", names) + Roff.italic(label(option));
    }

    private String label(ArgSpec argument) {
        return command.getHelp()
                .createDefaultParamLabelRenderer()
                .renderParameterLabel(argument, Help.Ansi.OFF, List.of())
                .toString();
    }

    private void footer() {
        String heading = formatted(spec.usageMessage().footerHeading()).trim();
        List<String> footer = lines(spec.usageMessage().footer());
        if (!footer.isEmpty()) {
            roff.section(
                    heading.isEmpty() ? "NOTES" : heading.replaceFirst(":$", "").toUpperCase(Locale.ROOT));
            roff.paragraphs(footer);
        }
    }

    private void seeAlso() {
        List<String> pages = new ArrayList<>();
        CommandLine program = spec.root().commandLine();
        if (command != program) {
            pages.add(reference(program.getCommandSpec()));
        }
        documented(program).stream()
                .filter(other -> other != command)
                .forEach(other -> pages.add(reference(other.getCommandSpec())));
        roff.section("SEE ALSO");
        roff.text(String.join(",\n", pages) + ",\n\\fBclone\\fR(2),\n\\fBjcmd\\fR(1),\n\\fBstrace\\fR(1)");
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    private static String reference(CommandSpec spec) {
        return Roff.bold(name(spec)) + "(1)";
    }

    /** picocli returns these formatted, and those of commands not. */
    private static List<String> described(ArgSpec argument) {
        return String.join("\n", argument.description())
                .lines()
                .map(Help.Ansi.OFF::string)
                .toList();
    }

    /** As picocli prints them: with its format characters and without its markup. */
    private static List<String> lines(String[] texts) {
        List<String> lines = new ArrayList<>();
        for (String text : texts) {
            lines.addAll(formatted(text).lines().toList());
            if (text.isEmpty()) {
                lines.add("");
            }
        }
        return lines;
    }

    private static String formatted(String text) {
        return text == null ? "" : Help.Ansi.OFF.string(String.format(Locale.ROOT, text));
    }
}
