package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNode.Array;
import io.clonetrace.unwind.elf.ItaniumNode.Declarator;
import io.clonetrace.unwind.elf.ItaniumNode.Expansion;
import io.clonetrace.unwind.elf.ItaniumNode.Function;
import io.clonetrace.unwind.elf.ItaniumNode.FunctionType;
import io.clonetrace.unwind.elf.ItaniumNode.Lambda;
import io.clonetrace.unwind.elf.ItaniumNode.Name;
import io.clonetrace.unwind.elf.ItaniumNode.Pack;
import io.clonetrace.unwind.elf.ItaniumNode.Parameter;
import io.clonetrace.unwind.elf.ItaniumNode.Qualified;
import io.clonetrace.unwind.elf.ItaniumNode.Row;
import io.clonetrace.unwind.elf.ItaniumNode.Scope;
import io.clonetrace.unwind.elf.ItaniumNode.Special;
import io.clonetrace.unwind.elf.ItaniumNode.Suffixed;
import io.clonetrace.unwind.elf.ItaniumNode.Tagged;
import io.clonetrace.unwind.elf.ItaniumNode.Templated;
import io.clonetrace.unwind.elf.ItaniumNode.UnsupportedNameException;
import io.clonetrace.unwind.elf.ItaniumNode.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Parses a name by the Itanium C++ ABI, section 5.1. A recursive descent of bounded depth, without backtracking: its
 * time is linear. What it doesn't know it refuses.
 */
final class ItaniumParser {
    private static final int MAX_DEPTH = 256;
    private static final int MAX_NUMBER = 1_000_000;

    private static final Map<Character, String> TYPES = Map.ofEntries(
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
    private static final Map<Character, String> MORE_TYPES = Map.of(
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
    private static final Map<String, String> LITERALS = Map.of(
            "int", "",
            "unsigned int", "u",
            "long", "l",
            "unsigned long", "ul",
            "long long", "ll",
            "unsigned long long", "ull");

    private static final String CHARS = "char, std::char_traits<char>";

    /** Abbreviations: the usual text, the text before a constructor, the constructor's name. */
    private static final Map<Character, String[]> STANDARD = Map.of(
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
    private static final Map<String, String> OPERATORS = Map.ofEntries(
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

    private final String text;
    private final List<ItaniumNode> substitutions = new ArrayList<>();
    private int at;
    private int depth;
    private Scope scope = new Scope(false);
    /** Whether template arguments after the type belong to the conversion operator instead. */
    private boolean conversionType;

    ItaniumParser(String text, int start) {
        this.text = text;
        at = start;
    }

    /** A function with its signature, or what has none: a variable, a special name. */
    ItaniumNode wholeName() {
        ItaniumNode node;
        if (peek() == 'T' || peek() == 'G') {
            node = specialName();
        } else {
            NameState state = new NameState();
            node = name(state);
            if (at < text.length()) {
                node = signature(node, state);
            }
        }
        if (at < text.length()) {
            throw unsupported();
        }
        return node;
    }

    private ItaniumNode specialName() {
        String code = code();
        switch (code) {
            case "TV":
                return Row.of("vtable for ", type());
            case "TT":
                return Row.of("VTT for ", type());
            case "TI":
                return Row.of("typeinfo for ", type());
            case "TS":
                return Row.of("typeinfo name for ", type());
            case "TC": {
                ItaniumNode derived = type();
                number(false);
                expect('_');
                return Row.of("construction vtable for ", type(), "-in-", derived);
            }
            case "Th":
                callOffset('h');
                return Row.of("non-virtual thunk to ", encoding());
            case "Tv":
                callOffset('v');
                return Row.of("virtual thunk to ", encoding());
            case "Tc":
                callOffset(take());
                callOffset(take());
                return Row.of("covariant return thunk to ", encoding());
            case "TW":
                return Row.of("TLS wrapper function for ", name(new NameState()));
            case "TH":
                return Row.of("TLS init function for ", name(new NameState()));
            case "GT":
                if (!accept("t")) {
                    throw unsupported();
                }
                return Row.of("transaction clone for ", encoding());
            case "GV":
                return Row.of("guard variable for ", name(new NameState()));
            default:
                throw unsupported();
        }
    }

    private void callOffset(char kind) {
        number(true);
        expect('_');
        if (kind == 'v') {
            number(true);
            expect('_');
        } else if (kind != 'h') {
            throw unsupported();
        }
    }

    private static final class NameState {
        /** Of the member function: what follows its parameters. */
        private String qualifiers = "";
    }

    private ItaniumNode encoding() {
        enter();
        Scope outer = scope;
        scope = new Scope(false);
        NameState state = new NameState();
        ItaniumNode name = name(state);
        ItaniumNode encoding = peek() == 'E' || at == text.length() ? name : signature(name, state);
        scope = outer;
        depth--;
        return encoding;
    }

    private Function signature(ItaniumNode name, NameState state) {
        ItaniumNode result = hasResult(name) ? type() : null;
        return new Function(name, result, parameters(), state.qualifiers);
    }

    private static boolean hasResult(ItaniumNode name) {
        if (name instanceof Qualified qualified) {
            return hasResult(qualified.name());
        }
        if (name instanceof Tagged tagged) {
            return hasResult(tagged.name());
        }
        return name instanceof Templated templated && !isSpecial(templated.name());
    }

    private static boolean isSpecial(ItaniumNode name) {
        if (name instanceof Qualified qualified) {
            return isSpecial(qualified.name());
        }
        return name instanceof Tagged tagged ? isSpecial(tagged.name()) : name instanceof Special;
    }

    /** Types up to the end; none for {@code void}. */
    private List<ItaniumNode> parameters() {
        List<ItaniumNode> parameters = new ArrayList<>();
        do {
            parameters.add(type());
        } while (at < text.length() && peek() != 'E' && !(isReferenceQualifier() && next() == 'E'));
        return parameters.size() == 1
                        && parameters.get(0) instanceof Words only
                        && only.text().equals("void")
                ? List.of()
                : parameters;
    }

    private boolean isReferenceQualifier() {
        return peek() == 'R' || peek() == 'O';
    }

    private ItaniumNode name(NameState state) {
        enter();
        ItaniumNode name;
        if (peek() == 'N') {
            name = nestedName(state);
        } else if (peek() == 'Z') {
            name = localName(state);
        } else if (peek() == 'S' && next() != 't') {
            name = new Templated(substitution(), templateArguments(state));
        } else {
            boolean standard = accept("St");
            name = unqualifiedName(null);
            if (standard) {
                name = new Qualified(new Name("std"), name);
            }
            if (peek() == 'I') {
                substitutions.add(name);
                name = new Templated(name, templateArguments(state));
            }
        }
        depth--;
        return name;
    }

    private ItaniumNode nestedName(NameState state) {
        expect('N');
        String qualifiers = qualifiers();
        if (accept("R")) {
            qualifiers += " &";
        } else if (accept("O")) {
            qualifiers += " &&";
        }
        ItaniumNode name = null;
        boolean added = false;
        while (!accept("E")) {
            if (peek() == 'S' && next() != 't') {
                if (name != null) {
                    throw unsupported();
                }
                name = substitution();
                added = false;
                continue;
            }
            if (peek() == 'I') {
                if (name == null || name instanceof Templated) {
                    throw unsupported();
                }
                name = new Templated(name, templateArguments(state));
            } else if (peek() == 'T') {
                if (name != null) {
                    throw unsupported();
                }
                name = templateParameter();
            } else if (peek() == 'D' && (next() == 't' || next() == 'T')) {
                if (name != null) {
                    throw unsupported();
                }
                name = decltype();
            } else if (name == null && accept("St")) {
                name = new Qualified(new Name("std"), unqualifiedName(null));
            } else {
                ItaniumNode part = unqualifiedName(name);
                name = name == null ? part : new Qualified(name, part);
                if (peek() == 'M' && next() == 'U') {
                    at++; // of a member's initializer, before a lambda
                }
            }
            substitutions.add(name);
            added = true;
        }
        if (!added) {
            throw unsupported();
        }
        substitutions.remove(substitutions.size() - 1);
        if (state != null) {
            state.qualifiers = qualifiers;
        }
        return name;
    }

    private ItaniumNode localName(NameState state) {
        expect('Z');
        ItaniumNode function = encoding();
        expect('E');
        if (function instanceof Function whole) {
            function = whole.withoutResult();
        }
        if (accept("s")) {
            discriminator();
            return new Qualified(function, new Words("string literal"));
        }
        String argument = null;
        if (accept("d")) {
            argument = "{default arg#" + (peek() == '_' ? 1 : number(false) + 2) + "}";
            expect('_');
        }
        ItaniumNode name = name(state);
        discriminator();
        return new Qualified(function, argument == null ? name : new Qualified(new Words(argument), name));
    }

    private void discriminator() {
        if (accept("__")) {
            number(false);
            expect('_');
        } else if (peek() == '_' && isDigit(next())) {
            at += 2;
        }
    }

    private ItaniumNode unqualifiedName(ItaniumNode scopeOfName) {
        if (peek() == 'L' && isDigit(next())) {
            at++; // of internal linkage
        }
        ItaniumNode name;
        char first = peek();
        if (isDigit(first)) {
            name = sourceName();
        } else if (first == 'U') {
            name = unnamedType();
        } else if (first == 'C' || first == 'D' && isDigit(next())) {
            name = constructor(scopeOfName);
        } else if (first >= 'a' && first <= 'z') {
            name = operatorName();
        } else {
            throw unsupported();
        }
        while (accept("B")) {
            name = new Tagged(name, identifier());
        }
        return name;
    }

    private ItaniumNode sourceName() {
        String name = identifier();
        if (name.length() >= 10
                && name.startsWith("_GLOBAL_")
                && "._$".indexOf(name.charAt(8)) >= 0
                && name.charAt(9) == 'N') {
            return new Name("(anonymous namespace)");
        }
        return new Name(name);
    }

    private String identifier() {
        int length = number(false);
        if (length == 0 || length > text.length() - at) {
            throw unsupported();
        }
        String name = text.substring(at, at + length);
        at += length;
        return name;
    }

    private ItaniumNode constructor(ItaniumNode ofClass) {
        String base = ofClass == null ? null : ofClass.base();
        if (base == null || base.startsWith("(")) {
            throw unsupported();
        }
        boolean destructor = take() == 'D';
        boolean inherited = !destructor && accept("I");
        char kind = take();
        if (kind < (destructor ? '0' : '1') || kind > '5') {
            throw unsupported();
        }
        if (inherited) {
            type();
        }
        return new Special(new Words(destructor ? "~" + base : base));
    }

    private ItaniumNode unnamedType() {
        String code = code();
        if (code.equals("Ut")) {
            return new Words("{unnamed type#" + ordinal() + "}");
        }
        if (!code.equals("Ul")) {
            throw unsupported();
        }
        Scope outer = scope;
        scope = new Scope(true);
        List<ItaniumNode> parameters = parameters();
        scope = outer;
        expect('E');
        return new Lambda(parameters, ordinal());
    }

    /** {@code _} is 1, {@code 0_} is 2. */
    private int ordinal() {
        int ordinal = peek() == '_' ? 1 : number(false) + 2;
        expect('_');
        return ordinal;
    }

    private ItaniumNode operatorName() {
        String code = code();
        if (code.equals("cv")) {
            boolean outer = conversionType;
            conversionType = true;
            ItaniumNode type = type();
            conversionType = outer;
            return new Special(Row.of("operator ", type));
        }
        if (code.equals("li")) {
            return new Words("operator\"\" " + identifier());
        }
        String operator = OPERATORS.get(code);
        if (operator == null || code.equals("qu")) {
            throw unsupported();
        }
        String sign = operator.substring(1);
        return new Words((Character.isLetter(sign.charAt(0)) ? "operator " : "operator") + sign);
    }

    /** What {@code S} stands for; {@code St} is no substitution. */
    private ItaniumNode substitution() {
        expect('S');
        char first = take();
        if (first == '_') {
            return substitution(0);
        }
        if (isDigit(first) || first >= 'A' && first <= 'Z') {
            int index = 0;
            for (char digit = first; digit != '_'; digit = take()) {
                if (!isDigit(digit) && (digit < 'A' || digit > 'Z') || index > MAX_NUMBER) {
                    throw unsupported();
                }
                index = index * 36 + Character.digit(digit, 36);
            }
            return substitution(index + 1);
        }
        String[] standard = STANDARD.get(first);
        if (standard == null) {
            throw unsupported();
        }
        boolean constructor = peek() == 'C' || peek() == 'D' && isDigit(next());
        ItaniumNode name = new Words(standard[constructor ? 1 : 0], standard[2]);
        if (peek() == 'B') {
            while (accept("B")) {
                name = new Tagged(name, identifier());
            }
            substitutions.add(name);
        }
        return name;
    }

    private ItaniumNode substitution(int index) {
        if (index >= substitutions.size()) {
            throw unsupported();
        }
        return substitutions.get(index);
    }

    /** @param state not null for the name of a function, whose signature refers to the arguments */
    private List<ItaniumNode> templateArguments(NameState state) {
        enter();
        expect('I');
        boolean outer = conversionType;
        conversionType = false;
        List<ItaniumNode> arguments = new ArrayList<>();
        while (!accept("E")) {
            arguments.add(templateArgument());
        }
        conversionType = outer;
        if (state != null) {
            scope.arguments = arguments;
        }
        depth--;
        return arguments;
    }

    private ItaniumNode templateArgument() {
        switch (peek()) {
            case 'L':
                return literal();
            case 'X': {
                at++;
                ItaniumNode expression = expression();
                expect('E');
                return expression;
            }
            case 'I', 'J': {
                at++;
                enter();
                List<ItaniumNode> elements = new ArrayList<>();
                while (!accept("E")) {
                    elements.add(templateArgument());
                }
                depth--;
                return new Pack(elements);
            }
            default:
                return type();
        }
    }

    private ItaniumNode templateParameter() {
        expect('T');
        int index = peek() == '_' ? 0 : number(false) + 1;
        expect('_');
        return new Parameter(scope, index);
    }

    private ItaniumNode decltype() {
        at += 2;
        ItaniumNode expression = expression();
        expect('E');
        return Row.of("decltype (", expression, ")");
    }

    private String qualifiers() {
        String restrict = accept("r") ? " restrict" : "";
        String isVolatile = accept("V") ? " volatile" : "";
        String isConst = accept("K") ? " const" : "";
        return isConst + isVolatile + restrict;
    }

    private boolean isFunctionType() {
        return peek() == 'F' || peek() == 'D' && next() == 'o';
    }

    private ItaniumNode type() {
        enter();
        ItaniumNode type = newType();
        depth--;
        return type;
    }

    private ItaniumNode newType() {
        char first = peek();
        if (first == 'S' && next() != 't') {
            ItaniumNode known = substitution();
            return peek() == 'I' && !conversionType ? added(new Templated(known, templateArguments(null))) : known;
        }
        String builtin = TYPES.get(first);
        if (builtin != null) {
            at++;
            return new Words(builtin);
        }
        switch (first) {
            case 'r', 'V', 'K': {
                String qualifiers = qualifiers();
                return added(isFunctionType() ? functionType(qualifiers) : new Suffixed(type(), qualifiers));
            }
            case 'P':
                return declarator("*");
            case 'R':
                return declarator("&");
            case 'O':
                return declarator("&&");
            case 'C':
                at++;
                return added(new Suffixed(type(), " _Complex"));
            case 'G':
                at++;
                return added(new Suffixed(type(), " _Imaginary"));
            case 'U': {
                if (next() == 'l' || next() == 't') {
                    return added(name(null));
                }
                at++;
                String qualifier = identifier();
                return added(new Suffixed(type(), " " + qualifier));
            }
            case 'u':
                at++;
                return added(sourceName());
            case 'A':
                return array();
            case 'M': {
                at++;
                ItaniumNode ofClass = type();
                ItaniumNode member = type();
                return added(new Declarator(member, ofClass, "::*"));
            }
            case 'F':
                return added(functionType(""));
            case 'T': {
                ItaniumNode parameter = added(templateParameter());
                return peek() == 'I' && !conversionType
                        ? added(new Templated(parameter, templateArguments(null)))
                        : parameter;
            }
            case 'D':
                return typeWithD();
            case 'N', 'Z', 'S':
                return added(typeName());
            default:
                if (!isDigit(first)) {
                    throw unsupported();
                }
                return added(typeName());
        }
    }

    /** A class's or an enum's name; its template arguments are not those of the function around it. */
    private ItaniumNode typeName() {
        boolean outer = conversionType;
        conversionType = false;
        ItaniumNode name = name(null);
        conversionType = outer;
        return name;
    }

    private ItaniumNode added(ItaniumNode node) {
        substitutions.add(node);
        return node;
    }

    private ItaniumNode declarator(String sign) {
        at++;
        return added(new Declarator(type(), null, sign));
    }

    private ItaniumNode array() {
        at++;
        ItaniumNode size = new Words("");
        if (isDigit(peek())) {
            size = new Words(digits());
        } else if (peek() != '_') {
            size = expression();
        }
        expect('_');
        return added(new Array(type(), size));
    }

    private ItaniumNode functionType(String qualifiers) {
        String noexcept = accept("Do") ? " noexcept" : "";
        expect('F');
        accept("Y");
        ItaniumNode result = type();
        List<ItaniumNode> parameters = parameters();
        String reference = accept("R") ? " &" : accept("O") ? " &&" : "";
        expect('E');
        return new FunctionType(result, parameters, qualifiers + noexcept + reference);
    }

    private ItaniumNode typeWithD() {
        char second = next();
        String builtin = MORE_TYPES.get(second);
        if (builtin != null) {
            at += 2;
            return new Words(builtin);
        }
        switch (second) {
            case 'p':
                at += 2;
                return added(new Expansion(type()));
            case 't', 'T':
                return added(decltype());
            case 'o':
                return added(functionType(""));
            case 'F':
                at += 2;
                return floatOfBits();
            case 'v': {
                at += 2;
                if (!isDigit(peek())) {
                    throw unsupported();
                }
                String length = digits();
                expect('_');
                return added(new Suffixed(type(), " __vector(" + length + ")"));
            }
            default:
                throw unsupported();
        }
    }

    private ItaniumNode floatOfBits() {
        int bits = number(false);
        if (bits == 16 && accept("b")) {
            return new Words("std::bfloat16_t");
        }
        String extended = accept("x") ? "x" : "";
        if (extended.isEmpty()) {
            expect('_');
        }
        return new Words("_Float" + bits + extended);
    }

    private ItaniumNode literal() {
        expect('L');
        if (accept("_Z") || accept("Z")) {
            ItaniumNode function = encoding();
            expect('E');
            return function;
        }
        ItaniumNode type = type();
        String name = type instanceof Words words ? words.text() : "";
        if (name.equals("decltype(nullptr)") && accept("E")) {
            return new Words("decltype(nullptr)");
        }
        boolean negative = accept("n");
        int start = at;
        while (isDigit(peek()) || peek() >= 'a' && peek() <= 'f') {
            at++;
        }
        String value = text.substring(start, at);
        expect('E');
        if (value.isEmpty()) {
            throw unsupported();
        }
        boolean isFloat = name.equals("float") || name.endsWith("double") || name.equals("__float128");
        if (!isFloat && !value.chars().allMatch(c -> isDigit((char) c))) {
            throw unsupported();
        }
        if (name.equals("bool") && !negative && (value.equals("0") || value.equals("1"))) {
            return new Words(value.equals("1") ? "true" : "false");
        }
        String signed = (negative ? "-" : "") + value;
        String suffix = LITERALS.get(name);
        if (suffix != null) {
            return new Words(signed + suffix);
        }
        return Row.of("(", type, ")", isFloat ? (negative ? "-[" : "[") + value + "]" : signed);
    }

    private ItaniumNode expression() {
        enter();
        ItaniumNode expression = newExpression();
        depth--;
        return expression;
    }

    private ItaniumNode newExpression() {
        char first = peek();
        if (first == 'L') {
            return literal();
        }
        if (first == 'T') {
            return templateParameter();
        }
        if (isDigit(first)) {
            return simpleName();
        }
        String code = code();
        switch (code) {
            case "fp":
                return functionParameter();
            case "sr": {
                ItaniumNode type = type();
                return new Qualified(type, simpleName());
            }
            case "on": {
                ItaniumNode operator = operatorName();
                return peek() == 'I' ? new Templated(operator, templateArguments(null)) : operator;
            }
            case "cv":
                return Row.of("(", type(), ")", operand(expression()));
            case "st":
                return Row.of("sizeof (", type(), ")");
            case "sz":
                return Row.of("sizeof ", operand(expression()));
            case "at":
                return Row.of("alignof (", type(), ")");
            case "nx":
                return Row.of("noexcept", operand(expression()));
            case "sp":
                return new Expansion(expression());
            case "dc":
                return Row.of("dynamic_cast<", type(), ">(", expression(), ")");
            case "sc":
                return Row.of("static_cast<", type(), ">(", expression(), ")");
            case "cc":
                return Row.of("const_cast<", type(), ">(", expression(), ")");
            case "rc":
                return Row.of("reinterpret_cast<", type(), ">(", expression(), ")");
            case "cl":
                return Row.of(operand(expression()), "(", new Pack(expressions()), ")");
            case "dt":
                return Row.of(operand(expression()), ".", operand(simpleName()));
            case "pt":
                return Row.of(operand(expression()), "->", operand(simpleName()));
            case "ix":
                return Row.of(operand(expression()), "[", expression(), "]");
            case "qu":
                return Row.of(operand(expression()), "?", operand(expression()), " : ", operand(expression()));
            default:
                return operation(code);
        }
    }

    private ItaniumNode operation(String code) {
        String operator = OPERATORS.get(code);
        if (operator == null || operator.charAt(0) == '0') {
            throw unsupported();
        }
        String sign = operator.substring(1);
        if (operator.charAt(0) == '1') {
            if (code.equals("pp") || code.equals("mm")) {
                throw unsupported(); // prefix and postfix differ by a further underscore
            }
            ItaniumNode expression = expression();
            // As binutils print it, with the signature only if the function lies in no class and no namespace.
            if (code.equals("ad") && expression instanceof Function function && function.name() instanceof Qualified) {
                return Row.of("&", function.name());
            }
            return Row.of(sign, operand(expression));
        }
        ItaniumNode operation = Row.of(operand(expression()), sign, operand(expression()));
        return code.equals("gt") ? Row.of("(", operation, ")") : operation;
    }

    private List<ItaniumNode> expressions() {
        List<ItaniumNode> expressions = new ArrayList<>();
        while (!accept("E")) {
            expressions.add(expression());
        }
        return expressions;
    }

    private static ItaniumNode operand(ItaniumNode expression) {
        return expression instanceof Name || expression instanceof Qualified
                ? expression
                : Row.of("(", expression, ")");
    }

    private ItaniumNode simpleName() {
        ItaniumNode name = sourceName();
        return peek() == 'I' ? new Templated(name, templateArguments(null)) : name;
    }

    private ItaniumNode functionParameter() {
        if (accept("T")) {
            return new Name("this");
        }
        qualifiers();
        return new Name("{parm#" + ordinal() + "}");
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw unsupported();
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char next() {
        return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    private char take() {
        if (at >= text.length()) {
            throw unsupported();
        }
        return text.charAt(at++);
    }

    private String code() {
        if (text.length() - at < 2) {
            throw unsupported();
        }
        at += 2;
        return text.substring(at - 2, at);
    }

    private boolean accept(String expected) {
        boolean accepted = text.startsWith(expected, at);
        at += accepted ? expected.length() : 0;
        return accepted;
    }

    private void expect(char expected) {
        if (take() != expected) {
            throw unsupported();
        }
    }

    private String digits() {
        int start = at;
        while (isDigit(peek())) {
            at++;
        }
        return text.substring(start, at);
    }

    private int number(boolean signed) {
        if (signed) {
            accept("n");
        }
        String digits = digits();
        if (digits.isEmpty() || digits.length() > 7) {
            throw unsupported();
        }
        return Integer.parseInt(digits);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static UnsupportedNameException unsupported() {
        return UnsupportedNameException.INSTANCE;
    }
}
