package io.clonetrace.explain.console;

import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Messages that say that a thread could not be made. */
final class ConsoleMessage {
    private static final long KILO = 1024;

    /**
     * HotSpot, os::create_thread of os_linux.cpp. JDK 8 has none; 11: {@code Failed to start thread - pthread_create
     * failed (EAGAIN) for attributes: stacksize: 1024k, guardsize: 0k, detached.}; 17 and later name the thread.
     */
    private static final String FAILED = "pthread_create failed (";

    private static final Pattern HOTSPOT =
            Pattern.compile("Failed to start (?:the native )?thread (?:(?<name>\"?.*?\"?) )?- pthread_create failed "
                    + "\\((?<errno>\\w+)\\) for attributes: stacksize: (?<stack>\\d{1,12})k, guardsize: "
                    + "(?<guard>\\d{1,12})k");

    private ConsoleMessage() {}

    static Optional<Failure> failure(TextLine line) {
        String text = line.text();
        if (text.contains(FAILED)) {
            Matcher matcher = HOTSPOT.matcher(text);
            if (matcher.find()) {
                String name = matcher.group("name");
                return Optional.of(Failure.of(Operation.PTHREAD_CREATE, line)
                        .withErrno(matcher.group("errno"))
                        .withBytes(Long.parseLong(matcher.group("stack")) * KILO)
                        .withGuard(Long.parseLong(matcher.group("guard")) * KILO)
                        .withSubject(name == null ? null : name.replaceAll("^\"|\"$", "")));
            }
        }
        return Optional.empty();
    }
}
