package io.clonetrace.unwind.elf;

import java.util.Map;

/** What the codes of a mangled name stand for (Itanium C++ ABI, 5.1). */
final class ItaniumTables {
    static final Map<Character, String> TYPES = Map.ofEntries(
            Map.entry('v', "void"),
            Map.entry('w', "wchar_t"),
            Map.entry('b', "bool"),
            Map.entry('c', "char"),
            Map.entry('a', "signed char"),
            Map.entry('h', "unsigned char"),
            Map.entry('s', "short"),
            Map.entry('t', "unsigned short"),
            Map.entry('i', "int"),
            Map.entry('j', "unsigned int"),
            Map.entry('l', "long"),
            Map.entry('m', "unsigned long"),
            Map.entry('x', "long long"),
            Map.entry('y', "unsigned long long"),
            Map.entry('n', "__int128"),
            Map.entry('o', "unsigned __int128"),
            Map.entry('f', "float"),
            Map.entry('d', "double"),
            Map.entry('e', "long double"),
            Map.entry('g', "__float128"),
            Map.entry('z', "..."));

    /** Types whose code begins with D. */
    static final Map<Character, String> MORE_TYPES = Map.of(
            'a', "auto",
            'c', "decltype(auto)",
            'i', "char32_t",
            's', "char16_t",
            'u', "char8_t",
            'n', "decltype(nullptr)",
            'f', "decimal32",
            'd', "decimal64",
            'e', "decimal128");

    /** Types whose literals print without the type: what follows the number. */
    static final Map<String, String> LITERALS = Map.of(
            "int", "",
            "unsigned int", "u",
            "long", "l",
            "unsigned long", "ul",
            "long long", "ll",
            "unsigned long long", "ull");

    private static final String CHARS = "char, std::char_traits<char>";

    /** Abbreviations: the usual text, the text before a constructor, the constructor's name. */
    static final Map<Character, String[]> STANDARD = Map.of(
            'a', new String[] {"std::allocator", "std::allocator", "allocator"},
            'b', new String[] {"std::basic_string", "std::basic_string", "basic_string"},
            's',
                    new String[] {
                        "std::string", "std::basic_string<" + CHARS + ", std::allocator<char> >", "basic_string"
                    },
            'i', new String[] {"std::istream", "std::basic_istream<" + CHARS + " >", "basic_istream"},
            'o', new String[] {"std::ostream", "std::basic_ostream<" + CHARS + " >", "basic_ostream"},
            'd', new String[] {"std::iostream", "std::basic_iostream<" + CHARS + " >", "basic_iostream"});

    /** Operators: the number of operands, and the text. */
    static final Map<String, String> OPERATORS = Map.ofEntries(
            Map.entry("nw", "0new"),
            Map.entry("na", "0new[]"),
            Map.entry("dl", "0delete"),
            Map.entry("da", "0delete[]"),
            Map.entry("aw", "0co_await"),
            Map.entry("ps", "1+"),
            Map.entry("ng", "1-"),
            Map.entry("ad", "1&"),
            Map.entry("de", "1*"),
            Map.entry("co", "1~"),
            Map.entry("nt", "1!"),
            Map.entry("pp", "1++"),
            Map.entry("mm", "1--"),
            Map.entry("pl", "2+"),
            Map.entry("mi", "2-"),
            Map.entry("ml", "2*"),
            Map.entry("dv", "2/"),
            Map.entry("rm", "2%"),
            Map.entry("an", "2&"),
            Map.entry("or", "2|"),
            Map.entry("eo", "2^"),
            Map.entry("aS", "2="),
            Map.entry("pL", "2+="),
            Map.entry("mI", "2-="),
            Map.entry("mL", "2*="),
            Map.entry("dV", "2/="),
            Map.entry("rM", "2%="),
            Map.entry("aN", "2&="),
            Map.entry("oR", "2|="),
            Map.entry("eO", "2^="),
            Map.entry("ls", "2<<"),
            Map.entry("rs", "2>>"),
            Map.entry("lS", "2<<="),
            Map.entry("rS", "2>>="),
            Map.entry("eq", "2=="),
            Map.entry("ne", "2!="),
            Map.entry("lt", "2<"),
            Map.entry("gt", "2>"),
            Map.entry("le", "2<="),
            Map.entry("ge", "2>="),
            Map.entry("ss", "2<=>"),
            Map.entry("aa", "2&&"),
            Map.entry("oo", "2||"),
            Map.entry("cm", "2,"),
            Map.entry("pm", "2->*"),
            Map.entry("pt", "2->"),
            Map.entry("cl", "0()"),
            Map.entry("ix", "0[]"),
            Map.entry("qu", "0?"));

    private ItaniumTables() {}
}
