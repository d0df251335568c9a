package io.clonetrace.agent.code;

import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The text of a code source's URL, made of its fields: its handler, which may be the application's, is not called. */
final class CodeLocation {
    private static final int LONGEST = 1_000;
    private static final String FILE = "file";
    private static final String JAR_OF_FILE = "jar:file:";
    private static final String END_OF_JAR = "!/";

    /** Compiled when the first location is described that is no file. */
    private static final class Secret {
        /** What may be a secret: user information, queries and fragments, of inner URLs too. */
        static final Pattern PATTERN = Pattern.compile("(?<=//)[^/@]*@|[?#][^!]*");
    }

    private CodeLocation() {}

    /** The path of a file or directory; for anything else the URL. */
    static String of(URL url) {
        String text = FILE.equals(url.getProtocol()) ? decoded(url.getPath()) : other(url);
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }

    private static String other(URL url) {
        String host = url.getHost();
        String place =
                host == null || host.isEmpty() ? "" : "//" + host + (url.getPort() < 0 ? "" : ":" + url.getPort());
        String text = Secret.PATTERN
                .matcher(url.getProtocol() + ":" + place + url.getPath())
                .replaceAll("");
        if (text.endsWith(END_OF_JAR)) {
            text = text.substring(0, text.length() - END_OF_JAR.length());
        }
        boolean wholeJar = text.startsWith(JAR_OF_FILE) && !text.contains(END_OF_JAR);
        return wholeJar ? decoded(text.substring(JAR_OF_FILE.length())) : text;
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return path;
        }
    }
}
