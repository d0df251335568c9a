package io.clonetrace.report.html;

import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.json.Json;
import io.clonetrace.report.json.JsonReport;
import io.clonetrace.report.model.Fleet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report as one HTML file that needs nothing else: scripts, style and Apache ECharts are in it, and its content
 * security policy forbids it to load anything. What it shows is the JSON report, and a row a thread.
 */
public final class HtmlReport {
    private static final Pattern PART = Pattern.compile("\\{\\{([^}]+)}}");

    private HtmlReport() {}

    /** @throws IOException if {@code out} does */
    public static void write(Fleet fleet, Appendable out) throws IOException {
        write(fleet, Optional.empty(), out);
    }

    /** The same with what became of the threads since a baseline. */
    public static void write(Fleet fleet, Optional<Comparison> baseline, Appendable out) throws IOException {
        String page = resource("page.html");
        Matcher part = PART.matcher(page);
        int at = 0;
        while (part.find()) {
            out.append(page, at, part.start());
            at = part.end();
            switch (part.group(1)) {
                case "report" -> JsonReport.write(fleet, baseline, new ScriptData(out));
                case "threads" ->
                    Json.write(fleet.jvms().stream().map(ThreadColumns::of).toList(), new ScriptData(out));
                default -> out.append(resource(part.group(1)));
            }
        }
        out.append(page, at, page.length());
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("this clonetrace.jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
