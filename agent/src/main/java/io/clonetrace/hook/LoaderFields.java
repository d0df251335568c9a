package io.clonetrace.hook;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The class loaders of classes and threads, by private fields of {@code java.lang}: runs no code that an application
 * can override, and asks no security manager. Needs {@link JavaBase#open}.
 */
public final class LoaderFields {
    private static final String QUOTE = "'";

    private final VarHandle loader;
    private final VarHandle nameAndId;
    private final VarHandle contextLoader;
    private final ClassLoader platform = ClassLoader.getPlatformClassLoader();

    /** @throws ReflectiveOperationException if this JDK's classes are made differently */
    public LoaderFields() throws ReflectiveOperationException {
        loader = field(Class.class, "classLoader", ClassLoader.class);
        nameAndId = field(ClassLoader.class, "nameAndId", String.class);
        contextLoader = field(Thread.class, "contextClassLoader", ClassLoader.class);
    }

    private static VarHandle field(Class<?> owner, String name, Class<?> type) throws ReflectiveOperationException {
        return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
    }

    /** Whether a class is the JDK's own: its loader is the boot loader or the platform's. */
    public boolean isOfJdk(Class<?> type) {
        ClassLoader its = (ClassLoader) loader.get(type);
        return its == null || its == platform;
    }

    /** Whether two classes have the same loader. */
    public boolean haveSameLoader(Class<?> one, Class<?> other) {
        return loader.get(one) == loader.get(other);
    }

    /**
     * The thread's context class loader: {@code com.example.Loader @1b2c3d}, and {@code com.example.Loader
     * 'shop' @1b2c3d} if it has a name; the JDK's built-in ones have only a name, {@code 'app'}. The number is the
     * identity hash code.
     *
     * @return null if it has none
     */
    public String contextLoader(Thread thread) {
        ClassLoader its = (ClassLoader) contextLoader.getVolatile(thread);
        if (its == null) {
            return null;
        }
        String text = (String) nameAndId.get(its);
        boolean named = text != null && text.startsWith(QUOTE) && !text.endsWith(QUOTE);
        return named ? its.getClass().getName() + ' ' + text : text;
    }
}
