package io.clonetrace.it.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An application that asks its own loader for resources and classes by name, and prints those it finds. */
public final class ClassNames {
    private static final String SUFFIX = ".class";

    private ClassNames() {}

    /** @param arguments a file with the names of resources, a line each */
    public static void main(String[] arguments) throws IOException {
        boolean agent = Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("clonetrace"));
        System.out.println("agent " + agent);
        ClassLoader own = ClassNames.class.getClassLoader();
        for (String name : Files.readAllLines(Path.of(arguments[0]))) {
            if (own.getResource(name) != null) {
                System.out.println("resource " + name);
            }
            if (name.endsWith(SUFFIX) && loads(own, name)) {
                System.out.println("class " + name);
            }
        }
    }

    private static boolean loads(ClassLoader loader, String name) {
        try {
            Class.forName(name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'), false, loader);
            return true;
        } catch (ClassNotFoundException hidden) {
            return false;
        }
    }
}
