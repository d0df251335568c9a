package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.security.CodeSource;
import java.security.Permissions;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Enumeration;

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

    private final ClassLoader parent;
    private final JarPart part;
    private final ProtectionDomain domain;

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
        try {
            return part.read(className.replace('.', '/').concat(".class"));
        } catch (IOException damaged) {
            throw new ClassNotFoundException(className, damaged);
        }
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
