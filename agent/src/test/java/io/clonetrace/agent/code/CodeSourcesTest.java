package io.clonetrace.agent.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.event.CodeSourceEvent;
import io.clonetrace.hook.LoaderFields;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Needs java.lang opened to this module. */
class CodeSourcesTest {
    @TempDir
    Path folder;

    private static boolean looking;

    private List<Class<?>> loaded = new ArrayList<>();

    /** A loader and a URL handler of an application's: neither may be called. */
    private static final class Foreign extends ClassLoader {
        private final ProtectionDomain domain;

        Foreign(CodeSource source) {
            super(null);
            domain = new ProtectionDomain(source, null);
        }

        static URL url(String protocol, String path) throws IOException {
            return new URL(protocol, "host", -1, path, new URLStreamHandler() {
                @Override
                protected URLConnection openConnection(URL url) {
                    throw new AssertionError("called");
                }

                /** The JDK itself calls it when it defines a class. */
                @Override
                protected String toExternalForm(URL url) {
                    if (looking) {
                        throw new AssertionError("called");
                    }
                    return super.toExternalForm(url);
                }

                @Override
                protected int hashCode(URL url) {
                    throw new AssertionError("called");
                }
            });
        }

        Class<?> define(String name) {
            byte[] code =
                    new ByteBuddy().subclass(Object.class).name(name).make().getBytes();
            return defineClass(name, code, 0, code.length, domain);
        }
    }

    private static CodeSource source(URL url) {
        return new CodeSource(url, (Certificate[]) null);
    }

    /** What a recording holds that ends now: location and number of classes by package. */
    private Map<String, String> recorded(CodeSources sources) throws IOException {
        Path file = folder.resolve("sources.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(CodeSourceEvent.class);
            recording.start();
            looking = true;
            sources.measure();
            looking = false;
            recording.stop();
            recording.dump(file);
        }
        Map<String, String> found = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            found.put(event.getString("codePackage"), event.getString("location") + " " + event.getInt("classes"));
        }
        return found;
    }

    private CodeSources sources() throws ReflectiveOperationException {
        return new CodeSources(() -> loaded.toArray(new Class<?>[0]), new LoaderFields());
    }

    @Test
    void packagesOutsideTheJdkAreRecordedWithTheirPlace() throws Exception {
        Foreign http = new Foreign(source(Foreign.url("http", "/libs/shop.jar")));
        Foreign file = new Foreign(source(new URL("file", "", "/srv/app/")));
        Foreign none = new Foreign(null);
        Foreign lying = new Foreign(new CodeSource(Foreign.url("http", "/"), (Certificate[]) null) {
            private static final long serialVersionUID = 1;

            @Override
            public boolean equals(Object other) {
                throw new AssertionError("called");
            }
        });
        for (String name : List.of("shop.Cart", "shop.Order", "shop.db.Dao", "Unnamed")) {
            loaded.add(http.define(name));
        }
        loaded.add(none.define("made.Up"));
        loaded.add(lying.define("lying.One"));
        loaded.add(String.class);
        loaded.add(Class.forName("java.sql.Connection"));
        loaded.add(http.define("shop.Array").arrayType());
        loaded.add(int.class);
        byte[] hidden = new ByteBuddy()
                .subclass(Object.class)
                .name(CodeSourcesTest.class.getPackageName() + ".Hidden")
                .make()
                .getBytes();
        loaded.add(MethodHandles.lookup().defineHiddenClass(hidden, false).lookupClass());
        loaded.add(file.define("filed.One"));
        // Of the same loader as the agent.
        loaded.add(CodeSourcesTest.class);

        assertEquals(
                Map.of(
                        "",
                        "http://host/libs/shop.jar 1",
                        "shop",
                        "http://host/libs/shop.jar 2",
                        "shop.db",
                        "http://host/libs/shop.jar 1",
                        "made",
                        "null 1",
                        "lying",
                        "null 1",
                        "filed",
                        "/srv/app/ 1"),
                recorded(sources()));
    }

    @Test
    void everyRecordingHasAllEvenOfClassesThatAreGone() throws Exception {
        Foreign loader = new Foreign(source(Foreign.url("http", "/a.jar")));
        CodeSources sources = sources();
        loaded.add(loader.define("one.A"));
        assertEquals(Map.of("one", "http://host/a.jar 1"), recorded(sources));
        loaded = new ArrayList<>(List.of(loader.define("two.A")));
        assertEquals(Map.of("one", "http://host/a.jar 1", "two", "http://host/a.jar 1"), recorded(sources));
    }

    @Test
    void packagesAreBounded() throws Exception {
        Foreign loader = new Foreign(null);
        for (int i = 0; i < CodeSources.MOST + 7; i++) {
            loaded.add(loader.define("p" + i + ".A"));
        }
        assertEquals(CodeSources.MOST, recorded(sources()).size());
    }

    @ParameterizedTest
    @CsvSource({
        "file:/opt/shop/app.jar, /opt/shop/app.jar",
        "file:/opt/a%20b/c+d%25/, /opt/a b/c+d%/",
        "file:/opt/100%/app.jar, /opt/100%/app.jar",
        "jar:file:/opt/app.jar!/, /opt/app.jar",
        "jar:file:/opt/app.jar!/BOOT-INF/lib/netty.jar!/, jar:file:/opt/app.jar!/BOOT-INF/lib/netty.jar",
        "jar:https://me:secret@host:8443/app.jar?token=1!/lib/x.jar!/, jar:https://host:8443/app.jar",
        "https://me:secret@host:8443/app.jar?token=1#x, https://host:8443/app.jar",
        "jrt:/jdk.compiler, jrt:/jdk.compiler"
    })
    void secretsAndEncodingAreLeftOut(String url, String location) throws IOException {
        assertEquals(location, CodeLocation.of(new URL(url)));
    }

    @Test
    void longLocationIsCutOff() throws IOException {
        assertTrue(CodeLocation.of(new URL("file:/" + "x".repeat(5_000))).length() <= 1_000);
    }
}
