package io.clonetrace.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** What Maven Central requires of a POM and of the files beside it ("Requirements" in its documentation). */
class PublishedPomTest {
    private static final Path RELEASE = Path.of(System.getProperty("release.folder"));
    private static final String VERSION = System.getProperty("release.version");

    @ParameterizedTest
    @ValueSource(strings = {"clonetrace", "clonetrace-jmc-rules", "clonetrace-junit", "clonetrace-fleet"})
    void pomIsComplete(String name) throws Exception {
        Document pom = pom(name);
        assertEquals("io.clonetrace", text(pom, "/project/groupId"));
        assertEquals(name, text(pom, "/project/artifactId"));
        assertEquals(VERSION, text(pom, "/project/version"));
        for (String required : List.of(
                "/project/name",
                "/project/description",
                "/project/url",
                "/project/licenses/license/url",
                "/project/scm/connection",
                "/project/scm/developerConnection",
                "/project/scm/url")) {
            assertFalse(text(pom, required).isBlank(), required);
        }
        assertEquals("Apache-2.0", text(pom, "/project/licenses/license/name"));
        assertEquals("the clonetrace authors", text(pom, "/project/developers/developer/name"));
        assertEquals("0", text(pom, "count(/project/parent|/project/repositories|/project/build)"));
        String source = Files.readString(RELEASE.resolve(name + "-" + VERSION + ".pom"));
        assertFalse(source.contains("${"), source);
        assertFalse(!VERSION.contains("SNAPSHOT") && source.contains("SNAPSHOT"), source);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clonetrace", "clonetrace-jmc-rules", "clonetrace-junit", "clonetrace-fleet"})
    void jarsOfSourcesAndJavadocAreBeside(String name) {
        for (String kind : List.of("", "-sources", "-javadoc")) {
            assertTrue(Files.exists(RELEASE.resolve(name + "-" + VERSION + kind + ".jar")), name + kind);
        }
    }

    /** A dependency on what the jar contains would be on the class path twice. */
    @Test
    void agentHasNoDependencies() throws Exception {
        assertEquals("0", text(pom("clonetrace"), "count(//dependency)"));
    }

    @Test
    void junitExtensionNeedsOnlyTheAgentAtRunTime() throws Exception {
        Document pom = pom("clonetrace-junit");
        assertEquals("1", text(pom, "count(//dependency[not(scope='provided')])"));
        assertEquals("clonetrace", text(pom, "//dependency[scope='runtime']/artifactId"));
    }

    private static Document pom(String name) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(RELEASE.resolve(name + "-" + VERSION + ".pom").toFile());
    }

    private static String text(Document pom, String path) throws Exception {
        return XPathFactory.newInstance().newXPath().evaluate(path, pom);
    }
}
