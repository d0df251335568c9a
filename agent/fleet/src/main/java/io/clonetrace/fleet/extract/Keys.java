package io.clonetrace.fleet.extract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Keys of rows: the same for the same thing, in whatever export it is. */
final class Keys {
    /** 80 bits: of a billion threads, two are the same with a probability below one in a million. */
    private static final int BYTES = 10;

    private final MessageDigest digest;

    Keys() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** The key of what these say, null for what is not known. */
    String of(Object... parts) {
        for (Object part : parts) {
            byte[] text = String.valueOf(part).getBytes(StandardCharsets.UTF_8);
            // The length keeps ("a", "b") apart from ("ab", ""), and null from "null".
            digest.update((part == null ? "-" : text.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(text);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }
}
