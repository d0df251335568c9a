package io.clonetrace.fleet.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.fleet.Fleet;
import io.clonetrace.fleet.SampleRecordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverviewTest {
    private static final Pattern LINK = Pattern.compile("<a href=\"([^#\"][^\"]*)\">report</a>");

    @TempDir
    Path folder;

    @Test
    void thePageIsSafeAndLeadsToReports() throws IOException {
        Path recording = SampleRecordings.plain(folder.resolve("plain.jfr"), 3);
        // What is no recording is named on the page, too.
        Path empty = Files.createFile(folder.resolve("<b>'empty'.jfr"));
        Path tables = folder.resolve("tables");
        assertEquals(0, Fleet.run(new String[] {
            "export",
            recording.toString(),
            empty.toString(),
            "--to",
            tables.toString(),
            "--label",
            "service=<script>alert(1)</script>\u202e"
        }));
        Path page = folder.resolve("fleet.html");
        assertEquals(0, Fleet.run(new String[] {"overview", tables.toString(), "--html", page.toString()}));
        String html = Files.readString(page);
        assertFalse(html.contains("<script>alert"), "a label is run");
        assertFalse(html.contains("<b>"), "a file's name is a tag");
        assertFalse(html.contains("\u202e"), "text is turned around");
        assertTrue(html.contains("alert(1)"), html);
        assertTrue(html.contains("it is empty"), html);
        assertFalse(html.contains("{{"), "a part of the page is missing");
        List<String> links =
                LINK.matcher(html).results().map(found -> found.group(1)).toList();
        assertEquals(1, links.size(), html);
        assertTrue(Files.readString(folder.resolve(links.get(0))).contains("<title>clonetrace report</title>"));
    }
}
