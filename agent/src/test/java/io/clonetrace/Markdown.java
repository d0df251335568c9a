package io.clonetrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, as GitHub renders it. */
public record Markdown(Path file, List<Block> blocks, List<Link> links, Set<String> anchors) {
    /** The clone; unit and integration tests run in the folder of their module. */
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    public static final String INDENTED = "indented";

    private static final String INDENT = "    ";
    private static final Pattern FENCE = Pattern.compile("(`{3,})(\\w*)\\s*");
    private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    /**
     * A block of code.
     *
     * @param language what follows the fence; empty for none, {@value #INDENTED} for a block without fences
     * @param line the number of its first line, from 1 on
     */
    public record Block(String language, int line, List<String> lines) {}

    /** What a link leads to, and in which line it is. */
    public record Link(int line, String target) {}

    /** All pages of the clone that are written by hand. */
    public static List<Path> pages() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(all::add);
            }
        }
        return all;
    }

    public static Markdown of(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<Block> blocks = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> sameHeadings = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher fence = FENCE.matcher(line);
            int first = i;
            if (fence.matches()) {
                do {
                    i++;
                } while (!lines.get(i).strip().equals(fence.group(1)));
                blocks.add(new Block(fence.group(2), first + 2, lines.subList(first + 1, i)));
            } else if (line.startsWith(INDENT) && lines.get(i - 1).isBlank()) {
                while (i + 1 < lines.size() && lines.get(i + 1).startsWith(INDENT)) {
                    i++;
                }
                blocks.add(new Block(
                        INDENTED,
                        first + 1,
                        lines.subList(first, i + 1).stream()
                                .map(indented -> indented.substring(INDENT.length()))
                                .toList()));
            } else {
                LINK.matcher(line).results().forEach(link -> links.add(new Link(first + 1, link.group(1))));
                Matcher heading = HEADING.matcher(line);
                if (heading.matches()) {
                    String anchor = anchor(heading.group(1));
                    int before = sameHeadings.merge(anchor, 1, Integer::sum) - 1;
                    anchors.add(before == 0 ? anchor : anchor + "-" + before);
                }
            }
        }
        return new Markdown(file, blocks, links, anchors);
    }

    private static String anchor(String heading) {
        return heading.replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }

    /** The place of a line, for a message. */
    public String at(int line) {
        return ROOT.relativize(file) + ":" + line;
    }
}
