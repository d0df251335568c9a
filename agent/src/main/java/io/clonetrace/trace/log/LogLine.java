package io.clonetrace.trace.log;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line as its program printed it: what web pages, containers and copying made of its characters is undone. */
final class LogLine {
    private static final Pattern ENTITY =
            Pattern.compile("&(lt|gt|amp|quot|apos|nbsp|#\\d{1,4}|#[xX][0-9a-fA-F]{1,4});");
    private static final Pattern TAG = Pattern.compile("</?(?:pre|code|br|p|span|div|tt|b|i)(?: [^<>]{0,200})?/?>");
    private static final Pattern UNFINISHED = Pattern.compile("<unfinished ?(?:\\.\\.\\.|\u2026)>[\\s\"'`|*/\\\\]*$");
    private static final String DOCKER = "{\"log\":\"";

    private LogLine() {}

    static String of(String raw) {
        String text = raw;
        if (text.startsWith(DOCKER)) {
            text = jsonString(text, DOCKER.length());
        }
        if (text.indexOf('&') >= 0) {
            // Twice: pages escape what was escaped before.
            text = unescaped(unescaped(text));
        }
        if (text.indexOf("</") >= 0 || text.startsWith("<")) {
            text = TAG.matcher(text).replaceAll("");
        }
        text = text.replace('\u00a0', ' ').stripTrailing();
        Matcher unfinished = text.indexOf("<unfinished") < 0 ? null : UNFINISHED.matcher(text);
        return unfinished != null && unfinished.find()
                ? text.substring(0, unfinished.start()) + "<unfinished ...>"
                : text;
    }

    private static String unescaped(String text) {
        Matcher entity = ENTITY.matcher(text);
        StringBuilder plain = new StringBuilder(text.length());
        while (entity.find()) {
            entity.appendReplacement(plain, Matcher.quoteReplacement(character(entity.group(1))));
        }
        return entity.appendTail(plain).toString();
    }

    private static String character(String name) {
        return switch (name) {
            case "lt" -> "<";
            case "gt" -> ">";
            case "amp" -> "&";
            case "quot" -> "\"";
            case "apos" -> "'";
            case "nbsp" -> " ";
            default -> {
                boolean hex = Character.toLowerCase(name.charAt(1)) == 'x';
                yield Character.toString((char) Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10));
            }
        };
    }

    /** The string that begins there, as far as it goes. */
    private static String jsonString(String text, int start) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = start; i < text.length() && text.charAt(i) != '"'; i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            i++;
            switch (text.charAt(i)) {
                case 'n', 'r' -> plain.append(' ');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append(unicode(text, i + 1));
                    i += 4;
                }
                default -> plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    private static char unicode(String text, int start) {
        try {
            return (char) Integer.parseInt(text, start, Math.min(text.length(), start + 4), 16);
        } catch (NumberFormatException damaged) {
            return '?';
        }
    }
}
