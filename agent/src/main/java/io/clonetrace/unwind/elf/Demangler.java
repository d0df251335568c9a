package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNode.Function;
import io.clonetrace.unwind.elf.ItaniumNode.Printer;
import io.clonetrace.unwind.elf.ItaniumNode.UnsupportedNameException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of functions as their source has them. Called by the unwinder for the symbols that it shows.
 *
 * <p>C++ names (Itanium C++ ABI, section 5.1) lose their parameter list and keep their template arguments, as
 * {@code c++filt -p -i} prints them; what GCC and Clang append to parts and copies of a function follows as
 * {@code [clone .cold]}. Names of Rust's legacy scheme lose their hash. A symbol that can't be read stays as it is:
 * there is no wrong name.
 */
public final class Demangler {
    /** Names that are longer lose template arguments, the innermost first. */
    static final int MAX_LENGTH = 240;
    /** Names that are longer without any template argument stay mangled. */
    private static final int MAX_BARE_LENGTH = 1000;

    private static final int MAX_SYMBOL = 16_384;
    private static final int ALL_LEVELS = Integer.MAX_VALUE;
    private static final Pattern CLONE = Pattern.compile("\\.[a-z0-9_]+(?:\\.\\d+)*");
    /** Ends with 64 bits of a hash; LLVM appends to it. */
    private static final Pattern RUST = Pattern.compile("_ZN(.+)17h([0-9a-f]{16})E(?:\\.llvm\\.[0-9A-F]+)?");
    /** rustc never has a hash with fewer different digits, by binutils' experience. */
    private static final int HASH_DIGITS = 5;

    private static final Pattern RUST_ESCAPE =
            Pattern.compile("\\$(?:(SP|BP|RF|LT|GT|LP|RP|C)|u([0-9a-f]{1,5}))\\$|\\.\\.|\\$");

    private Demangler() {}

    /**
     * The name of a function without its parameter list.
     *
     * @param symbol as in a symbol table, without a version
     * @return the symbol itself if it isn't mangled or can't be read
     */
    public static String demangle(String symbol) {
        return demangle(symbol, MAX_LENGTH);
    }

    static String demangle(String symbol, int maxLength) {
        if (!symbol.startsWith("_Z") || symbol.length() > MAX_SYMBOL) {
            return symbol;
        }
        Matcher rust = RUST.matcher(symbol);
        String name = rust.matches() && rust.group(2).chars().distinct().count() >= HASH_DIGITS
                ? rust(rust.group(1))
                : cplusplus(symbol, maxLength);
        return name == null ? symbol : name;
    }

    private static String cplusplus(String symbol, int maxLength) {
        int dot = symbol.indexOf('.');
        int end = dot < 0 ? symbol.length() : dot;
        String suffix = clones(symbol.substring(end));
        if (suffix == null) {
            return null;
        }
        try {
            ItaniumNode name = new ItaniumParser(symbol.substring(0, end), 2).wholeName();
            if (name instanceof Function function) {
                // Not shown, but a symbol whose signature makes no sense isn't what it seems to be.
                new Printer(MAX_SYMBOL, ALL_LEVELS).prints(function);
                name = function.name();
            }
            for (int levels : new int[] {ALL_LEVELS, 3, 2, 1, 0}) {
                Printer out = new Printer(levels == 0 ? MAX_BARE_LENGTH : maxLength, levels);
                if (out.prints(name)) {
                    return out.text() + suffix;
                }
            }
        } catch (UnsupportedNameException unsupported) {
            return null;
        }
        return null;
    }

    private static String clones(String suffixes) {
        StringBuilder text = new StringBuilder();
        Matcher clone = CLONE.matcher(suffixes);
        int end = 0;
        while (clone.lookingAt()) {
            text.append(" [clone ").append(clone.group()).append(']');
            end = clone.end();
            clone.region(end, suffixes.length());
        }
        return end == suffixes.length() ? text.toString() : null;
    }

    private static String rust(String path) {
        StringBuilder name = new StringBuilder();
        int at = 0;
        while (at < path.length()) {
            int length = 0;
            for (; at < path.length() && path.charAt(at) >= '0' && path.charAt(at) <= '9'; at++) {
                length = length * 10 + path.charAt(at) - '0';
                if (length > path.length()) {
                    return null;
                }
            }
            if (length == 0 || length > path.length() - at) {
                return null;
            }
            String part = unescaped(path.substring(at, at + length));
            if (part == null) {
                return null;
            }
            name.append(name.length() == 0 ? "" : "::").append(part);
            at += length;
        }
        return name.length() > MAX_BARE_LENGTH ? null : name.toString();
    }

    /** null if it holds what rustc doesn't write. */
    private static String unescaped(String part) {
        StringBuilder text = new StringBuilder();
        int at = part.startsWith("_$") ? 1 : 0;
        Matcher escape = RUST_ESCAPE.matcher(part);
        while (escape.find(at)) {
            String replacement = replacement(escape);
            if (replacement == null) {
                return null;
            }
            text.append(part, at, escape.start()).append(replacement);
            at = escape.end();
        }
        text.append(part, at, part.length());
        return text.toString();
    }

    private static String replacement(Matcher escape) {
        if (escape.group().equals("..")) {
            return "::";
        }
        if (escape.group(2) != null) {
            int character = Integer.parseInt(escape.group(2), 16);
            return Character.isISOControl(character) ? null : Character.toString(character);
        }
        return escape.group(1) == null
                ? null
                : switch (escape.group(1)) {
                    case "SP" -> "@";
                    case "BP" -> "*";
                    case "RF" -> "&";
                    case "LT" -> "<";
                    case "GT" -> ">";
                    case "LP" -> "(";
                    case "RP" -> ")";
                    default -> ",";
                };
    }
}
