package io.clonetrace.boot;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.security.CodeSource;
import java.security.Permissions;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Loads the classes of one part of the jar. It is no layer of modules, which the JDK takes as long to make as the agent
 * to weave {@code Thread}.
 */
final class PartLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    /** Kept, because a SecurityManager would ask the code that needs a class for permission to ask for them. */
    private static final ClassLoader PLATFORM = getPlatformClassLoader();

    /** Of Byte Buddy, only a few classes are in the part; the others are in a jar within it, which is seldom needed. */
    private static final String NESTED = "net/bytebuddy/";

    private static final String NESTED_JAR = "net/bytebuddy.jar";

    private final ClassLoader parent;
    private final JarPart part;
    private final ProtectionDomain domain;
    private SoftReference<Map<String, byte[]>> nested = new SoftReference<>(null);

    /**
     * @param name as stack traces print it
     * @param prefix of the part
     * @param parent for all other classes
     */
    PartLoader(String name, File jar, String prefix, ClassLoader parent) throws IOException {
        super(name, parent);
        this.parent = parent;
        this.part = new JarPart(jar, prefix);
        CodeSource source = new CodeSource(jar.toURI().toURL(), (Certificate[]) null);
        // As SecureClassLoader has it: what else is permitted, the JVM's policy says.
        this.domain = new ProtectionDomain(source, new Permissions(), this, null);
    }

    /** Our own classes first: an extension of the platform may have others of the same name. */
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("java.")) {
            return PLATFORM.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                byte[] code = code(name);
                loaded = code == null ? parent.loadClass(name) : defineClass(name, code, 0, code.length, domain);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    /** Null if it isn't ours. */
    private byte[] code(String className) throws ClassNotFoundException {
        String file = className.replace('.', '/').concat(".class");
        try {
            byte[] code = part.read(file);
            return code == null && file.startsWith(NESTED) ? nested().get(file) : code;
        } catch (IOException damaged) {
            throw new ClassNotFoundException(className, damaged);
        }
    }

    /** All files of the jar within the part, by name. Not kept longer than there is memory for. */
    private synchronized Map<String, byte[]> nested() throws IOException {
        Map<String, byte[]> files = nested.get();
        if (files == null) {
            files = new HashMap<>();
            try (InputStream jar = part.open(NESTED_JAR)) {
                if (jar != null) {
                    ZipInputStream in = new ZipInputStream(new BufferedInputStream(jar));
                    for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                        files.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
            nested = new SoftReference<>(files);
        }
        return files;
    }

    @Override
    public URL getResource(String name) {
        URL ours = findResource(name);
        return ours == null ? parent.getResource(name) : ours;
    }

    @Override
    protected URL findResource(String name) {
        try {
            return part.has(name) ? part.uri(name).toURL() : null;
        } catch (MalformedURLException impossible) {
            return null;
        }
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL ours = findResource(name);
        return ours == null ? Collections.emptyEnumeration() : Collections.enumeration(Collections.singleton(ours));
    }

    /** Not by {@code jar:} and the JDK's cache of open jars, which would keep the jar open for ever. */
    @Override
    public InputStream getResourceAsStream(String name) {
        try {
            InputStream ours = part.open(name);
            return ours == null ? parent.getResourceAsStream(name) : ours;
        } catch (IOException damaged) {
            return null;
        }
    }
}
