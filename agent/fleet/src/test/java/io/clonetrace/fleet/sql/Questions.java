package io.clonetrace.fleet.sql;

import java.io.IOException;
import java.util.List;

/** The questions that come with clonetrace, for tests elsewhere. */
public final class Questions {
    private Questions() {}

    public static List<String> names() {
        return Question.NAMES;
    }

    public static String sql(String name) throws IOException {
        for (Question question : Question.all()) {
            if (question.name().equals(name)) {
                return question.sql();
            }
        }
        throw new IllegalArgumentException(name);
    }
}
