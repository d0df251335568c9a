package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every file in the jar belongs to a component that META-INF/licenses/components.tsv names, whose licence is beside it.
 */
class LicencesIT {
    private static final String LICENSES = "META-INF/licenses/";

    /** Words that are in each text of a licence. */
    private static final Map<String, String> WORDS = Map.of(
            "Apache-2.0", "Apache License",
            "BSD-3-Clause", "Redistributions in binary form must reproduce",
            "MIT", "Permission is hereby granted, free of charge",
            "0BSD", "Permission to use, copy, modify, and/or distribute this software",
            "LGPL-2.1-or-later", "GNU LESSER GENERAL PUBLIC LICENSE");

    private JarFile jar;
    private List<Component> components;

    private record Component(String name, String version, String licence, Pattern entries, List<String> texts) {
        static Component of(String line) {
            String[] columns = line.split("\t");
            assertEquals(6, columns.length, line);
            return new Component(
                    columns[0],
                    columns[1],
                    columns[2],
                    Pattern.compile(columns[4]),
                    Arrays.asList(columns[5].split(" ")));
        }

        boolean has(String entry) {
            return entries.matcher(entry).matches();
        }
    }

    @BeforeEach
    void readComponents() throws IOException {
        jar = new JarFile(Artifacts.JAR.toFile());
        components = text(LICENSES + "components.tsv")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(Component::of)
                .toList();
    }

    @AfterEach
    void close() throws IOException {
        jar.close();
    }

    @Test
    void everyFileBelongsToAComponent() {
        Map<String, Integer> files = new TreeMap<>();
        for (String file : files()) {
            List<String> owners = components.stream()
                    .filter(component -> component.has(file))
                    .map(Component::name)
                    .toList();
            assertTrue(!owners.isEmpty(), () -> "no component has " + file);
            // One file may contain several works; a folder of classes may not.
            assertTrue(owners.size() == 1 || file.matches(".*\\.(so|min\\.js)"), () -> file + " is of " + owners);
            owners.forEach(owner -> files.merge(owner, 1, Integer::sum));
        }
        assertEquals(components.stream().map(Component::name).sorted().toList(), List.copyOf(files.keySet()));
        assertTrue(files.get("clonetrace") > 500, files::toString);
        assertTrue(files.get("ASM") > 40, files::toString);
    }

    @Test
    void everyComponentHasTheTextOfItsLicence() throws IOException {
        for (Component component : components) {
            StringBuilder texts = new StringBuilder();
            for (String text : component.texts) {
                texts.append(text(text));
            }
            for (String licence : component.licence.split(" OR ")) {
                String words = WORDS.get(licence);
                assertTrue(
                        words != null
                                && texts.toString().replaceAll("\\s+", " ").contains(words),
                        () -> component.name + ": no text of " + licence);
            }
        }
    }

    @Test
    void everyLicenceBelongsToAComponent() {
        List<String> named = components.stream()
                .flatMap(component -> component.texts.stream())
                .distinct()
                .sorted()
                .toList();
        List<String> there = files().stream()
                .filter(file -> file.startsWith(LICENSES) || file.matches("META-INF/(LICENSE|NOTICE)"))
                .sorted()
                .toList();
        assertEquals(there, named);
    }

    @Test
    void versionsAreThoseOfTheBuild() throws IOException {
        for (Component component : components) {
            assertTrue(component.version.matches("-|\\d+(\\.\\d+)+(-SNAPSHOT)?"), component::toString);
        }
        assertTrue(
                text("core/io/clonetrace/report/html/echarts.min.js")
                        .contains("version=\"" + version("Apache ECharts") + "\""),
                "ECharts is of another version");
    }

    private String version(String name) {
        return components.stream()
                .filter(component -> component.name.equals(name))
                .findFirst()
                .orElseThrow()
                .version;
    }

    private List<String> files() {
        return jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(JarEntry::getName)
                .toList();
    }

    private String text(String entry) throws IOException {
        ZipEntry file = jar.getEntry(entry);
        assertTrue(file != null, () -> "the jar has no " + entry);
        return new String(jar.getInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
    }
}
