package io.clonetrace.fleet.page;

import io.clonetrace.fleet.sql.Answer;
import io.clonetrace.fleet.sql.FleetDatabase;
import io.clonetrace.fleet.sql.Question;
import io.clonetrace.report.html.HtmlReport;
import io.clonetrace.report.model.Amounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answers to all questions as one HTML file that needs nothing else. Names in it are hostile input. */
final class FleetPage {
    private static final Pattern PART = Pattern.compile("\\{\\{([^}]+)}}");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** Further rows are shown on demand; more than the last are not in the page. */
    private static final int FIRST_ROWS = 12;

    private static final int MOST_ROWS = 1_000;
    private static final double NEAR = 80;
    private static final double WHOLE = 100;

    private static final String JVM_ID = "jvm_id";
    private static final String PERCENT = "percent";
    private static final String BYTES = "_bytes";

    private final FleetDatabase database;
    private final Map<String, String> reports;
    private final StringBuilder content = new StringBuilder();

    private FleetPage(FleetDatabase database, Map<String, String> reports) {
        this.database = database;
        this.reports = reports;
    }

    /**
     * Makes it.
     *
     * @param reports where the reports of JVMs are, by the JVM's key: relative to the page
     */
    static String of(FleetDatabase database, List<Question> questions, Map<String, String> reports) throws IOException {
        FleetPage page = new FleetPage(database, reports);
        page.figures();
        page.navigation(questions);
        for (Question question : questions) {
            page.section(question);
        }
        page.problems();
        return page.html();
    }

    private String html() throws IOException {
        Answer span =
                database.ask("SELECT CAST(MIN(started) AS TIMESTAMP) AS first, MAX(ended) AS last FROM recording");
        List<Object> times = span.rows().get(0);
        Map<String, String> parts = Map.of(
                "head.html",
                resource(HtmlReport.class, "head.html"),
                "page.css",
                resource(HtmlReport.class, "page.css"),
                "about",
                "Recorded from " + text(times.get(0)) + " to " + text(times.get(1)) + " (UTC)",
                "content",
                content.toString(),
                "foot",
                "Made by clonetrace-fleet from its tables. What was not recorded is a dash; a figure of a JVM is that"
                        + " of its recordings.");
        Matcher part = PART.matcher(resource(FleetPage.class, "page.html"));
        return part.replaceAll(found -> Matcher.quoteReplacement(parts.get(found.group(1))));
    }

    private static String resource(Class<?> beside, String name) throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("this clonetrace-fleet.jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void figures() throws IOException {
        Answer figures = database.ask("SELECT (SELECT COUNT(*) FROM jvm) AS \"JVMs\","
                + " (SELECT COUNT(DISTINCT service) FROM jvm) AS \"services\","
                + " (SELECT COUNT(DISTINCT file) FROM recording) AS \"recordings\","
                + " (SELECT COUNT(*) FROM thread WHERE created AND (kind IS NULL OR kind NOT IN"
                + " ('agent', 'demo', 'process'))) AS \"threads created\","
                + " (SELECT COUNT(*) FROM thread t JOIN last_recording r ON r.part_id = t.part_id AND r.jvm_id = t.jvm_id"
                + " WHERE t.alive_at_end AND (t.kind IS NULL OR t.kind NOT IN ('agent', 'demo', 'process')))"
                + " AS \"alive at the end\","
                + " (SELECT COUNT(*) FROM finding f JOIN last_recording r ON r.part_id = f.part_id AND r.jvm_id = f.jvm_id"
                + " WHERE f.severity = 'problem') AS \"problems found\","
                + " (SELECT COUNT(*) FROM failed_start) AS \"failed starts\"");
        content.append("<dl id=\"figures\">");
        for (int column = 0; column < figures.columns().size(); column++) {
            content.append("<div><dt>")
                    .append(escaped(figures.columns().get(column)))
                    .append("</dt><dd>")
                    .append(text(figures.rows().get(0).get(column)))
                    .append("</dd></div>");
        }
        content.append("</dl>\n");
    }

    private void navigation(List<Question> questions) {
        content.append("<nav aria-label=\"Questions\">");
        for (Question question : questions) {
            content.append("<a href=\"#")
                    .append(escaped(question.name()))
                    .append("\">")
                    .append(escaped(question.name().replace('-', ' ')))
                    .append("</a> ");
        }
        content.append("</nav>\n");
    }

    private void section(Question question) throws IOException {
        Answer answer = database.ask(question.sql());
        content.append("<section id=\"")
                .append(escaped(question.name()))
                .append("\">\n<h2>")
                .append(escaped(question.shortTitle()))
                .append("</h2>\n");
        if (!question.remark().isEmpty()) {
            content.append("<p class=\"hint\">")
                    .append(escaped(question.remark()))
                    .append("</p>\n");
        }
        table(question.name(), answer);
        content.append("</section>\n");
    }

    private void problems() throws IOException {
        Answer problems = database.ask("SELECT file, problem FROM problem ORDER BY file, problem_number");
        if (!problems.rows().isEmpty()) {
            content.append("<section id=\"problems\">\n<h2>What could not be read</h2>\n");
            table("problems", problems);
            content.append("</section>\n");
        }
    }

    private void table(String name, Answer answer) {
        if (answer.rows().isEmpty()) {
            content.append("<p class=\"none\">None.</p>\n");
            return;
        }
        int id = answer.columns().indexOf(JVM_ID);
        int percent = answer.columns().indexOf(PERCENT);
        content.append("<div class=\"scroll\"><table><thead><tr>");
        for (int column = 0; column < answer.columns().size(); column++) {
            if (column != id) {
                content.append(answer.numeric().get(column) ? "<th class=\"number\">" : "<th>")
                        .append(escaped(head(answer.columns().get(column))))
                        .append("</th>");
            }
        }
        content.append(percent < 0 ? "" : "<th></th>")
                .append(id < 0 ? "" : "<th></th>")
                .append("</tr></thead><tbody>\n");
        int rows = Math.min(answer.rows().size(), MOST_ROWS);
        for (int index = 0; index < rows; index++) {
            row(answer, answer.rows().get(index), index >= FIRST_ROWS, id, percent);
        }
        content.append("</tbody></table></div>\n");
        if (rows > FIRST_ROWS) {
            content.append("<button class=\"more\" type=\"button\">Show all ")
                    .append(text((long) rows))
                    .append("</button>\n");
        }
        if (rows < answer.rows().size()) {
            content.append("<p class=\"hint\">")
                    .append(text((long) answer.rows().size() - rows))
                    .append(" more rows are in the tables: --sql-file agent/fleet/sql/")
                    .append(escaped(name))
                    .append(".sql --rows N</p>\n");
        }
    }

    private void row(Answer answer, List<Object> row, boolean rest, int id, int percent) {
        content.append(rest ? "<tr class=\"rest\">" : "<tr>");
        for (int column = 0; column < row.size(); column++) {
            if (column != id) {
                content.append(answer.numeric().get(column) ? "<td class=\"number\">" : "<td class=\"text\">")
                        .append(cell(answer.columns().get(column), row.get(column)))
                        .append("</td>");
            }
        }
        if (percent >= 0 && row.get(percent) instanceof Double share) {
            content.append(String.format(
                    Locale.ROOT,
                    "<td class=\"bar\"><span><i%s style=\"width:%.1f%%\"></i></span></td>",
                    share >= NEAR ? " class=\"near\"" : "",
                    Math.min(share, WHOLE)));
        }
        if (id >= 0) {
            String report = reports.get(String.valueOf(row.get(id)));
            content.append(report == null ? "<td></td>" : "<td><a href=\"" + escaped(report) + "\">report</a></td>");
        }
        content.append("</tr>\n");
    }

    private static String head(String column) {
        return (column.endsWith(BYTES) ? column.substring(0, column.length() - BYTES.length()) : column)
                .replace('_', ' ');
    }

    /** Bytes in a unit that fits. */
    private static String cell(String column, Object value) {
        return column.endsWith(BYTES) && value instanceof Long bytes ? Amounts.size(bytes) : text(value);
    }

    private static String text(Object value) {
        if (value == null) {
            return "-";
        }
        if (value instanceof Long number) {
            return String.format(Locale.ROOT, "%,d", number);
        }
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, "%,.1f", number);
        }
        if (value instanceof java.sql.Timestamp time) {
            LocalDateTime local = time.toLocalDateTime();
            return SECONDS.format(local);
        }
        return escaped(value.toString());
    }

    /** Characters that a browser would act on, and those that turn text around, as numbers. */
    private static String escaped(String text) {
        StringBuilder html = new StringBuilder();
        text.codePoints().forEach(point -> {
            boolean plain =
                    Character.isLetterOrDigit(point) || point == ' ' || "-_.,:;/()[]{}*+=!?@#$%^|~".indexOf(point) >= 0;
            if (plain) {
                html.appendCodePoint(point);
            } else if (Character.getType(point) == Character.FORMAT || Character.isISOControl(point)) {
                html.append(String.format(Locale.ROOT, "\\u%04x", point));
            } else {
                html.append("&#").append(point).append(';');
            }
        });
        return html.toString();
    }
}
