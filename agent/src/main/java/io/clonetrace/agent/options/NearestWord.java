package io.clonetrace.agent.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that a mistyped one was meant to be. */
public final class NearestWord {
    /** A typing mistake in this many letters, and one at least, is taken for one; more is another word. */
    private static final int LETTERS_PER_MISTAKE = 3;

    private NearestWord() {}

    /** The valid word that takes the fewest mistakes to become the typed one; empty if none is near. */
    public static Optional<String> to(String typed, Collection<String> valid) {
        int most = Math.max(1, typed.length() / LETTERS_PER_MISTAKE);
        return valid.stream()
                .filter(word -> mistakes(typed, word) <= Math.min(most, word.length() - 1))
                .min(Comparator.comparingInt(word -> mistakes(typed, word)));
    }

    /** What follows the typed word in a refusal: {@code (did you mean WORD?)} after a blank, or nothing. */
    public static String hint(String typed, Collection<String> valid) {
        return to(typed, valid).map(word -> " (did you mean " + word + "?)").orElse("");
    }

    /** Letters added, left out, replaced, or exchanged with their neighbour (the optimal string alignment distance). */
    static int mistakes(String one, String other) {
        int[][] least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                int replaced = least[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                least[i][j] = Math.min(replaced, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
                if (isExchanged(one, i, other, j)) {
                    least[i][j] = Math.min(least[i][j], 1 + least[i - 2][j - 2]);
                }
            }
        }
        return least[one.length()][other.length()];
    }

    private static boolean isExchanged(String one, int i, String other, int j) {
        return i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
    }
}
