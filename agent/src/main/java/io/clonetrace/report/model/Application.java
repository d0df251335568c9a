package io.clonetrace.report.model;

import io.clonetrace.report.model.StackTrace.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the application's code from that of its libraries, so that a thread can be laid at the door of the code that
 * its users can change.
 *
 * <p>What is the JDK's is known by the class loader. Of all else, in this order: a prefix that the user gave; the
 * package of the main class and its neighbours; the code source, if the agent recorded it
 * ({@code clonetrace.CodeSource}); a list of well-known libraries; and what none of these knows is the application's.
 */
public final class Application {
    /** For recordings about which nothing else is known. */
    public static final Application DEFAULT = new Application(Overrides.NONE, Optional.empty(), Map.of());

    private static final String LIST = "libraries.txt";
    private static final Set<String> LIBRARIES = libraries();

    /** In the archives of Spring Boot and of servlet containers, and the local repositories of Maven and Gradle. */
    private static final List<String> LIBRARY_FOLDERS =
            List.of("BOOT-INF/lib/", "WEB-INF/lib/", "/.m2/repository/", "/.gradle/caches/");

    private static final List<String> CLASS_FOLDERS = List.of("BOOT-INF/classes", "WEB-INF/classes");
    private static final String ARCHIVE = ".jar";

    /**
     * A main class in {@code com.acme.shop} owns {@code com.acme}; one in {@code org.apache.kafka} not all of Apache.
     */
    private static final int OWN_PARTS = 2;

    private static final int LISTED_PARTS = 3;

    private final Overrides overrides;
    private final Optional<String> root;
    private final Optional<String> mainSource;
    private final Map<String, String> sources;
    /** Rules and summaries ask in several threads. */
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    /**
     * What the user knows better.
     *
     * @param application prefixes of class names that are the application's
     * @param library prefixes of class names that are a library's
     */
    public record Overrides(List<String> application, List<String> library) {
        public static final Overrides NONE = new Overrides(List.of(), List.of());

        /** Of the longest prefix that fits; empty if none does. */
        Optional<Boolean> isApplication(String type) {
            int longest = longest(application, type);
            int longestLibrary = longest(library, type);
            return longest == longestLibrary ? Optional.empty() : Optional.of(longest > longestLibrary);
        }

        private static int longest(List<String> prefixes, String type) {
            return prefixes.stream()
                    .filter(prefix -> hasPrefix(type, prefix))
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
        }
    }

    /** An application of which only the main class, or the jar that the JVM was started with, is known. */
    public static Application of(String mainClass) {
        return new Application(Overrides.NONE, Optional.of(mainClass), Map.of());
    }

    /**
     * An application.
     *
     * @param mainClass the main class, or the jar that the JVM was started with
     * @param sources the code source of each package, as far as recorded
     */
    Application(Overrides overrides, Optional<String> mainClass, Map<String, String> sources) {
        this.overrides = overrides;
        this.sources = Map.copyOf(sources);
        Optional<String> main = mainClass.filter(name -> !name.endsWith(ARCHIVE));
        root = main.flatMap(Application::rootOf);
        mainSource = main.map(Application::packageOf).map(sources::get);
    }

    /** Whether a frame is the application's: neither the JDK's, nor clonetrace's, nor a library's. */
    public boolean isApplication(Frame frame) {
        return !frame.jdk()
                && !frame.isNative()
                && !frame.isOurs()
                && !frame.isHidden()
                && known.computeIfAbsent(frame.type(), this::decide);
    }

    /**
     * The code to which a call belongs: the innermost frame of the application, or else the first frame outside the JDK
     * and clonetrace; empty if there is none.
     */
    public Optional<Frame> site(StackTrace trace) {
        return trace.frames().stream().filter(this::isApplication).findFirst().or(trace::outsideJdk);
    }

    private boolean decide(String type) {
        Optional<Boolean> override = overrides.isApplication(type);
        if (override.isPresent()) {
            return override.get();
        }
        String name = packageOf(type);
        if (name.isEmpty() || root.map(prefix -> hasPrefix(name, prefix)).orElse(false)) {
            return true;
        }
        return Optional.ofNullable(sources.get(name)).flatMap(this::bySource).orElseGet(() -> !isListed(type));
    }

    /** Empty if the place does not tell, such as a jar that holds the application and its libraries. */
    private Optional<Boolean> bySource(String source) {
        if (CLASS_FOLDERS.stream().anyMatch(source::contains)) {
            return Optional.of(true);
        }
        if (LIBRARY_FOLDERS.stream().anyMatch(source::contains)) {
            return Optional.of(false);
        }
        if (!source.contains(ARCHIVE)) {
            return source.endsWith("/") ? Optional.of(true) : Optional.empty();
        }
        return mainSource.filter(main -> !main.equals(source)).map(other -> false);
    }

    /** The package that the main class's owner is known by; empty for a class without a package of its own. */
    private static Optional<String> rootOf(String mainClass) {
        int wanted = isListed(mainClass) ? LISTED_PARTS : OWN_PARTS;
        String[] parts = packageOf(mainClass).split("\\.", wanted + 1);
        return parts.length < wanted
                ? Optional.empty()
                : Optional.of(String.join(".", Arrays.asList(parts).subList(0, wanted)));
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('.')));
    }

    private static boolean hasPrefix(String name, String prefix) {
        return name.startsWith(prefix)
                && (name.length() == prefix.length()
                        || prefix.endsWith(".")
                        || ".$".indexOf(name.charAt(prefix.length())) >= 0);
    }

    private static boolean isListed(String type) {
        for (int dot = type.indexOf('.'); dot >= 0; dot = type.indexOf('.', dot + 1)) {
            if (LIBRARIES.contains(type.substring(0, dot))) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> libraries() {
        Set<String> listed = new HashSet<>();
        try (InputStream in = Application.class.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IOException("this clonetrace.jar lacks " + LIST);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(listed::add);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
        return Set.copyOf(listed);
    }
}
