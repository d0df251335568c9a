package io.clonetrace.fleet.sql;

import io.clonetrace.linux.file.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code java -jar clonetrace-fleet.jar sql DIR}. */
@Command(
        name = "sql",
        description = "Asks the tables in DIR: the questions that come with clonetrace, or your own.",
        mixinStandardHelpOptions = true)
public final class SqlCommand implements Callable<Integer> {
    private static final int MOST_ROWS = 20;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a folder that clonetrace export has written")
    private Path folder;

    @Option(names = "--sql", paramLabel = "STATEMENT", description = "a statement to run; may be repeated")
    private List<String> statements = new ArrayList<>();

    @Option(names = "--sql-file", paramLabel = "FILE", description = "a file with a statement; may be repeated")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--interactive",
            description = "read statements from the terminal, each up to a semicolon, until the end of the input")
    private boolean interactive;

    @Option(names = "--rows", paramLabel = "N", description = "rows of an answer to print; default: ${DEFAULT-VALUE}")
    private int rows = MOST_ROWS;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (FleetDatabase database = FleetDatabase.open(folder)) {
            List<Question> questions = new ArrayList<>();
            for (String sql : statements) {
                questions.add(new Question("", "", sql));
            }
            for (Path file : files) {
                questions.add(Question.of(Question.name(file), Files.readString(file)));
            }
            if (questions.isEmpty() && !interactive) {
                questions.addAll(Question.all());
            }
            for (Question question : questions) {
                ask(database, question, out);
            }
            if (interactive) {
                converse(database, out);
            }
        }
        return 0;
    }

    private void ask(FleetDatabase database, Question question, PrintWriter out) throws IOException {
        Answer answer;
        try {
            answer = database.ask(question.sql());
        } catch (IOException wrong) {
            throw new IOException(
                    (question.name().isEmpty() ? "" : question.name() + ": ") + wrong.getMessage(), wrong);
        }
        if (!question.title().isEmpty()) {
            out.println(question.title());
        }
        AnswerText.print(answer, rows, out);
        out.println();
        out.flush();
    }

    private void converse(FleetDatabase database, PrintWriter out) throws IOException {
        boolean terminal = Terminal.STDIN.isThere();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        StringBuilder statement = new StringBuilder();
        prompt(terminal, "fleet> ", out);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            statement.append(line).append('\n');
            if (!line.stripTrailing().endsWith(";")) {
                prompt(terminal, statement.toString().isBlank() ? "fleet> " : "     > ", out);
                continue;
            }
            try {
                AnswerText.print(database.ask(statement.toString()), rows, out);
            } catch (IOException wrong) {
                out.println(wrong.getMessage());
            }
            statement.setLength(0);
            prompt(terminal, "fleet> ", out);
        }
    }

    private static void prompt(boolean terminal, String prompt, PrintWriter out) {
        if (terminal) {
            out.print(prompt);
        }
        out.flush();
    }
}
