package io.clonetrace.junit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What applies to a test or a class.
 *
 * @param allowed patterns of whole thread names
 * @param untilClassEnds whether threads of tests may live until the end of the class
 */
record LeakSettings(List<Pattern> allowed, Duration grace, boolean untilClassEnds) {
    /** Whether tests without the annotation are checked, too. */
    static final String ALL = "clonetrace.threadleaks.all";

    /** Patterns of names, separated by commas, that are allowed in addition to the annotation's. */
    static final String ALLOW = "clonetrace.threadleaks.allow";

    /** The grace time where the annotation has none. */
    static final String GRACE_MILLIS = "clonetrace.threadleaks.graceMillis";

    private static final long DEFAULT_GRACE_MILLIS = 1000;

    /** Those of the nearest annotation: on the method, its class, or a class around it. Empty: nothing is checked. */
    static Optional<LeakSettings> of(ExtensionContext context) {
        Optional<ThreadLeaks> annotation = nearest(context);
        if (annotation.isEmpty()
                && !context.getConfigurationParameter(ALL, Boolean::valueOf).orElse(false)) {
            return Optional.empty();
        }
        List<Pattern> allowed = new ArrayList<>();
        annotation.ifPresent(found -> addAll(allowed, found.allow()));
        context.getConfigurationParameter(ALLOW).ifPresent(names -> addAll(allowed, names.split(",")));
        long grace = annotation
                .map(ThreadLeaks::graceMillis)
                .filter(millis -> millis >= 0)
                .orElseGet(() -> configuredGrace(context));
        return Optional.of(new LeakSettings(
                List.copyOf(allowed),
                Duration.ofMillis(grace),
                annotation.map(ThreadLeaks::untilClassEnds).orElse(false)));
    }

    boolean allows(String threadName) {
        return allowed.stream().anyMatch(pattern -> pattern.matcher(threadName).matches());
    }

    private static Optional<ThreadLeaks> nearest(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<ThreadLeaks> found =
                    AnnotationSupport.findAnnotation(at.get().getElement(), ThreadLeaks.class);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static long configuredGrace(ExtensionContext context) {
        String text = context.getConfigurationParameter(GRACE_MILLIS).orElse("").trim();
        if (!text.matches("\\d{0,9}")) {
            throw new ExtensionConfigurationException(
                    GRACE_MILLIS + " can't be \"" + text + "\"; it is a number of milliseconds");
        }
        return text.isEmpty() ? DEFAULT_GRACE_MILLIS : Long.parseLong(text);
    }

    private static void addAll(List<Pattern> patterns, String... globs) {
        for (String glob : globs) {
            if (!glob.isBlank()) {
                patterns.add(pattern(glob.trim()));
            }
        }
    }

    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toCharArray()) {
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
