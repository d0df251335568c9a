package io.clonetrace.report.model;

import java.util.HashMap;
import java.util.Map;

/** The patterns of many names, as {@link NamePattern} has them: one object for equal ones. Not thread-safe. */
final class NamePatterns {
    /** Of hostile names, more patterns than this are not kept as one object each. */
    private static final int MOST = 10_000;

    private final Map<String, String> known = new HashMap<>();
    private String lastName = "";
    private int lastNumberAt;
    private String lastPattern = "";

    /** The pattern of a name; {@link NamePattern#UNNAMED} for null or an empty one. */
    String of(String name) {
        if (name == null || name.isEmpty()) {
            return NamePattern.UNNAMED;
        }
        int numberAt = numberAt(name);
        if (!isLikeTheLast(name, numberAt)) {
            lastPattern = one(NamePattern.of(name));
            lastName = name;
            lastNumberAt = numberAt;
        }
        return lastPattern;
    }

    private String one(String pattern) {
        String same = known.size() < MOST ? known.putIfAbsent(pattern, pattern) : known.get(pattern);
        return same == null ? pattern : same;
    }

    /**
     * Whether it differs from the name before in nothing but the digits of the number that it ends in, as the names of
     * one pool's threads do. In no pattern does one digit mean anything else than another.
     */
    private boolean isLikeTheLast(String name, int numberAt) {
        return numberAt == lastNumberAt
                && name.length() == lastName.length()
                && name.regionMatches(0, lastName, 0, numberAt);
    }

    private static int numberAt(String name) {
        int at = name.length();
        while (at > 0 && NamePattern.isDigit(name.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}
