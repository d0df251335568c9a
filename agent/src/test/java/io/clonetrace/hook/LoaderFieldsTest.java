package io.clonetrace.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** Needs java.lang opened to this module. */
class LoaderFieldsTest {
    private final LoaderFields loaders;

    LoaderFieldsTest() throws ReflectiveOperationException {
        loaders = new LoaderFields();
    }

    private static String hash(Object object) {
        return Integer.toHexString(System.identityHashCode(object));
    }

    private String contextLoader(ClassLoader loader) {
        Thread thread = new Thread(() -> {});
        thread.setContextClassLoader(loader);
        return loaders.contextLoader(thread);
    }

    @Test
    void contextLoaderIsNamedByClassNameAndIdentity() throws Exception {
        try (URLClassLoader plain = new URLClassLoader(new URL[0]);
                URLClassLoader named = new URLClassLoader("shop", new URL[0], null)) {
            assertEquals("java.net.URLClassLoader @" + hash(plain), contextLoader(plain));
            assertEquals("java.net.URLClassLoader 'shop' @" + hash(named), contextLoader(named));
        }
        assertEquals("'app'", contextLoader(ClassLoader.getSystemClassLoader()));
        assertNull(contextLoader(null));
    }

    @Test
    void classesOfBootAndPlatformLoaderAreTheJdks() throws Exception {
        assertTrue(loaders.isOfJdk(String.class));
        assertTrue(loaders.isOfJdk(Class.forName("java.sql.Connection")));
        assertFalse(loaders.isOfJdk(LoaderFieldsTest.class));
    }
}
