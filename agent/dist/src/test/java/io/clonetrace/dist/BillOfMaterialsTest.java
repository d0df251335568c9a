package io.clonetrace.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.cyclonedx.Version;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bills of materials of a release; the schema is CycloneDX's own. */
class BillOfMaterialsTest {
    private static final Path RELEASE = Path.of(System.getProperty("release.folder"));
    private static final String VERSION = System.getProperty("release.version");

    @ParameterizedTest
    @ValueSource(strings = {"clonetrace", "clonetrace-jmc-rules", "clonetrace-junit", "clonetrace-fleet"})
    void isValidAndTheSameInEachBuild(String name) throws Exception {
        Path file = RELEASE.resolve(name + "-" + VERSION + ".cdx.json");
        assertEquals(List.of(), new JsonParser().validate(file.toFile(), Version.VERSION_16));
        Bom bom = new JsonParser().parse(file.toFile());
        assertEquals(name, bom.getMetadata().getComponent().getName());
        assertEquals(VERSION, bom.getMetadata().getComponent().getVersion());
        assertNull(bom.getSerialNumber());
        assertFalse(Files.readString(file).contains("\"timestamp\""), "a time of the build");
    }

    @Test
    void agentsHasEveryComponentOfItsJar() throws Exception {
        Bom bom = new JsonParser()
                .parse(RELEASE.resolve("clonetrace-" + VERSION + ".cdx.json").toFile());
        Set<String> known = bom.getComponents().stream()
                .map(Component::getPurl)
                .map(purl -> purl.replaceFirst("\\?.*", ""))
                .collect(Collectors.toSet());
        List<String[]> rows = BundledComponents.rows(RELEASE.resolve("clonetrace-" + VERSION + ".jar"));
        assertTrue(rows.size() > 1, "only clonetrace itself");
        for (String[] row : rows.subList(1, rows.size())) {
            assertTrue(known.contains(row[3]), () -> row[0] + " is not in " + known);
        }
        assertEquals(rows.size() - 1, known.size(), known::toString);
    }
}
