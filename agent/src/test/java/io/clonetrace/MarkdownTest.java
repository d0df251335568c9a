package io.clonetrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links of the documentation lead somewhere, and each page can be reached. */
class MarkdownTest {
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<String> dead = new ArrayList<>();
        int followed = 0;
        for (Path page : Markdown.pages()) {
            Markdown markdown = Markdown.of(page);
            for (Markdown.Link link : markdown.links()) {
                if (!ELSEWHERE.matcher(link.target()).matches()) {
                    followed++;
                    if (!leadsSomewhere(markdown, link.target())) {
                        dead.add(markdown.at(link.line()) + " " + link.target());
                    }
                }
            }
        }
        assertEquals(List.of(), dead);
        assertTrue(followed > 100, "links followed: " + followed);
    }

    private static boolean leadsSomewhere(Markdown from, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? from.file() : from.file().resolveSibling(parts[0]);
        return Files.exists(file)
                && (parts.length == 1 || Markdown.of(file).anchors().contains(parts[1]));
    }

    @Test
    void theIndexHasEveryPageOfDocs() throws IOException {
        Path docs = Markdown.ROOT.resolve("docs");
        Set<String> index = Set.copyOf(Markdown.of(docs.resolve("README.md")).links().stream()
                .map(link -> link.target().replaceFirst("#.*", ""))
                .distinct()
                .toList());
        for (Path page : Markdown.pages()) {
            if (page.getParent().equals(docs) && !page.endsWith("README.md")) {
                assertTrue(index.contains(page.getFileName().toString()), page + " is not in docs/README.md");
            }
        }
    }

    @Test
    void blocksLinksAndAnchorsAreFound(@TempDir Path folder) throws IOException {
        Markdown page = Markdown.of(Files.writeString(folder.resolve("page.md"), """
                # A `-Xss` of 1 MiB, and *more*
                See [it](b.md#c) and [that](d.md).

                    indented
                    # no heading

                ```console
                $ ls
                ```
                # Twice
                # Twice
                """));
        assertEquals(Set.of("a--xss-of-1-mib-and-more", "twice", "twice-1"), page.anchors());
        assertEquals(List.of(new Markdown.Link(2, "b.md#c"), new Markdown.Link(2, "d.md")), page.links());
        assertEquals(
                List.of(
                        new Markdown.Block(Markdown.INDENTED, 4, List.of("indented", "# no heading")),
                        new Markdown.Block("console", 8, List.of("$ ls"))),
                page.blocks());
    }
}
