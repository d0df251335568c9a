package io.clonetrace.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.license.Expression;
import org.cyclonedx.parsers.JsonParser;

/**
 * Adds to a bill of materials what a jar contains beside Maven's dependencies: components inside other components, and
 * the page's charts. The source is the jar's own list, META-INF/licenses/components.tsv.
 */
public final class BundledComponents {
    private static final String LIST = "META-INF/licenses/components.tsv";
    private static final String UNKNOWN_VERSION = "-";

    private BundledComponents() {}

    /** @param arguments the jar, and its bill of materials in CycloneDX's JSON, which is written again */
    public static void main(String[] arguments) throws IOException, ParseException, GeneratorException {
        Path file = Path.of(arguments[1]);
        Bom bom = new JsonParser().parse(file.toFile());
        // The parser sets the present time where there is none.
        bom.getMetadata().setTimestamp(null);
        Dependency ofJar = bom.getDependencies().stream()
                .filter(dependency -> dependency
                        .getRef()
                        .equals(bom.getMetadata().getComponent().getBomRef()))
                .findFirst()
                .orElseThrow();
        for (String[] row : rows(Path.of(arguments[0]))) {
            Component component = component(row);
            if (!isKnown(bom, component.getPurl())) {
                bom.addComponent(component);
                ofJar.addDependency(new Dependency(component.getBomRef()));
                bom.addDependency(new Dependency(component.getBomRef()));
            }
        }
        Files.writeString(
                file,
                BomGeneratorFactory.createJson(Version.VERSION_16, bom).toJsonString() + "\n",
                StandardCharsets.UTF_8);
    }

    static List<String[]> rows(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            return new String(jar.getInputStream(jar.getEntry(LIST)).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .toList();
        }
    }

    private static Component component(String[] row) {
        Component component = new Component();
        component.setType(Component.Type.LIBRARY);
        component.setName(row[0]);
        if (!row[1].equals(UNKNOWN_VERSION)) {
            component.setVersion(row[1]);
        }
        LicenseChoice licence = new LicenseChoice();
        licence.setExpression(new Expression(row[2]));
        component.setLicenses(licence);
        component.setPurl(row[3]);
        component.setBomRef(row[3]);
        return component;
    }

    /** Maven's package URLs end in ?type=jar. */
    private static boolean isKnown(Bom bom, String purl) {
        return bom.getMetadata().getComponent().getPurl().startsWith(purl)
                || bom.getComponents().stream()
                        .anyMatch(known -> known.getPurl().startsWith(purl));
    }
}
