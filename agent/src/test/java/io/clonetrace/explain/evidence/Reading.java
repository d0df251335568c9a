package io.clonetrace.explain.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A text that one reader has read alone. */
public final class Reading {
    private final Documents documents = new Documents();
    private final List<String> left = new ArrayList<>();

    private Reading(String name, String text, Function<Documents, LineReader> reader) {
        LineReader made = reader.apply(documents);
        long number = 0;
        for (String line : text.lines().toList()) {
            if (!made.read(new TextLine(name, ++number, line)) && !line.isBlank()) {
                left.add(line);
            }
        }
        made.end();
    }

    /** Reads a text named {@code in.txt}. */
    public static Reading of(String text, Function<Documents, LineReader> reader) {
        return new Reading("in.txt", text, reader);
    }

    /** Reads a text of that name. */
    public static Reading named(String name, String text, Function<Documents, LineReader> reader) {
        return new Reading(name, text, reader);
    }

    /** Reads a resource beside {@code io.clonetrace.explain}, such as {@code dump/jdk17-sigquit.txt}. */
    public static Reading resource(String path, Function<Documents, LineReader> reader) {
        return new Reading(path, text(path), reader);
    }

    /** The text of such a resource. */
    public static String text(String path) {
        try (InputStream in = Reading.class.getResourceAsStream("/io/clonetrace/explain/" + path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public List<Document> documents() {
        return documents.all();
    }

    /** The only one. */
    public Document document() {
        if (documents.all().size() != 1) {
            throw new AssertionError("documents: "
                    + documents.all().stream().map(Document::place).toList());
        }
        return documents.all().get(0);
    }

    /** The lines that were not taken and are not blank. */
    public List<String> left() {
        return left;
    }

    /** How many threads of that kind have each name. */
    public Map<String, Long> names(ThreadKind kind) {
        return document().threads().stream()
                .filter(thread -> thread.kind() == kind)
                .collect(Collectors.groupingBy(
                        thread -> String.valueOf(thread.name()), TreeMap::new, Collectors.counting()));
    }

    /** The sentences on what is not stated. */
    public List<String> gaps() {
        return document().gaps().stream().map(Gap::sentence).toList();
    }

    /** {@code RLIMIT_NPROC 96365 96365 8}: name, soft, hard, and the line. */
    public List<String> limits() {
        return documents.all().stream()
                .flatMap(document -> document.limits().stream())
                .map(limit -> limit.name().label() + " " + number(limit.soft()) + " " + number(limit.hard()) + " "
                        + limit.place().lines())
                .toList();
    }

    /** {@code CGROUP_TASKS 15 peak 4}: what, how much, and the line. */
    public List<String> uses() {
        return documents.all().stream()
                .flatMap(document -> document.uses().stream())
                .map(use -> use.resource() + " " + use.amount() + (use.peak() ? " peak" : "")
                        + (use.atLeast() ? " at least" : "") + " " + use.place().lines())
                .toList();
    }

    /** {@code JAVA 25 -1 -1 6}: kind, count, reserved, committed, and the lines. */
    public List<String> totals() {
        return documents.all().stream()
                .flatMap(document -> document.totals().stream())
                .map(total -> total.kind() + " " + total.count() + " " + total.stackReserved() + " "
                        + total.stackCommitted() + " " + total.place().lines())
                .toList();
    }

    private static String number(long value) {
        return value == SeenLimit.UNLIMITED ? "unlimited" : Long.toString(value);
    }
}
