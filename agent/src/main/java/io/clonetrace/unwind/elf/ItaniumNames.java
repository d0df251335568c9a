package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNode.Function;
import io.clonetrace.unwind.elf.ItaniumNode.Lambda;
import io.clonetrace.unwind.elf.ItaniumNode.Name;
import io.clonetrace.unwind.elf.ItaniumNode.Qualified;
import io.clonetrace.unwind.elf.ItaniumNode.Row;
import io.clonetrace.unwind.elf.ItaniumNode.Scope;
import io.clonetrace.unwind.elf.ItaniumNode.Special;
import io.clonetrace.unwind.elf.ItaniumNode.Tagged;
import io.clonetrace.unwind.elf.ItaniumNode.Templated;
import io.clonetrace.unwind.elf.ItaniumNode.Words;
import java.util.List;

/** Names of functions, classes and variables (Itanium C++ ABI, 5.1.2 and 5.1.3), and signatures. */
final class ItaniumNames {
    private final ItaniumParser parser;
    private final ItaniumInput in;

    ItaniumNames(ItaniumParser parser) {
        this.parser = parser;
        this.in = parser.in;
    }

    /** What a name says of the function whose name it is. */
    static final class NameState {
        /** Of the member function: what follows its parameters. */
        private String qualifiers = "";
    }

    ItaniumNode encoding() {
        in.enter();
        Scope outer = parser.scope;
        parser.scope = new Scope(false);
        NameState state = new NameState();
        ItaniumNode name = name(state);
        ItaniumNode encoding = in.peek() == 'E' || in.isAtEnd() ? name : signature(name, state);
        parser.scope = outer;
        in.leave();
        return encoding;
    }

    Function signature(ItaniumNode name, NameState state) {
        ItaniumNode result = hasResult(name) ? parser.types.type() : null;
        return new Function(name, result, parser.types.parameters(), state.qualifiers);
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

    ItaniumNode name(NameState state) {
        in.enter();
        ItaniumNode name;
        if (in.peek() == 'N') {
            name = nestedName(state);
        } else if (in.peek() == 'Z') {
            name = localName(state);
        } else if (in.peek() == 'S' && in.next() != 't') {
            name = new Templated(parser.templates.substitution(), parser.templates.templateArguments(state));
        } else {
            boolean standard = in.accept("St");
            name = unqualifiedName(null);
            if (standard) {
                name = new Qualified(new Name("std"), name);
            }
            if (in.peek() == 'I') {
                parser.substitutions.add(name);
                name = new Templated(name, parser.templates.templateArguments(state));
            }
        }
        in.leave();
        return name;
    }

    private ItaniumNode nestedName(NameState state) {
        in.expect('N');
        String qualifiers = parser.types.qualifiers();
        if (in.accept("R")) {
            qualifiers += " &";
        } else if (in.accept("O")) {
            qualifiers += " &&";
        }
        ItaniumNode name = null;
        boolean added = false;
        while (!in.accept("E")) {
            if (in.peek() == 'S' && in.next() != 't') {
                if (name != null) {
                    throw ItaniumInput.unsupported();
                }
                name = parser.templates.substitution();
                added = false;
                continue;
            }
            if (in.peek() == 'I') {
                if (name == null || name instanceof Templated) {
                    throw ItaniumInput.unsupported();
                }
                name = new Templated(name, parser.templates.templateArguments(state));
            } else if (in.peek() == 'T') {
                if (name != null) {
                    throw ItaniumInput.unsupported();
                }
                name = parser.templates.templateParameter();
            } else if (in.peek() == 'D' && (in.next() == 't' || in.next() == 'T')) {
                if (name != null) {
                    throw ItaniumInput.unsupported();
                }
                name = parser.types.decltype();
            } else if (name == null && in.accept("St")) {
                name = new Qualified(new Name("std"), unqualifiedName(null));
            } else {
                ItaniumNode part = unqualifiedName(name);
                name = name == null ? part : new Qualified(name, part);
                if (in.peek() == 'M' && in.next() == 'U') {
                    in.skip(1); // of a member's initializer, before a lambda
                }
            }
            parser.substitutions.add(name);
            added = true;
        }
        if (!added) {
            throw ItaniumInput.unsupported();
        }
        parser.substitutions.remove(parser.substitutions.size() - 1);
        if (state != null) {
            state.qualifiers = qualifiers;
        }
        return name;
    }

    private ItaniumNode localName(NameState state) {
        in.expect('Z');
        ItaniumNode function = encoding();
        in.expect('E');
        if (function instanceof Function whole) {
            function = whole.withoutResult();
        }
        if (in.accept("s")) {
            discriminator();
            return new Qualified(function, new Words("string literal"));
        }
        String argument = null;
        if (in.accept("d")) {
            argument = "{default arg#" + (in.peek() == '_' ? 1 : in.number(false) + 2) + "}";
            in.expect('_');
        }
        ItaniumNode name = name(state);
        discriminator();
        return new Qualified(function, argument == null ? name : new Qualified(new Words(argument), name));
    }

    private void discriminator() {
        if (in.accept("__")) {
            in.number(false);
            in.expect('_');
        } else if (in.peek() == '_' && ItaniumInput.isDigit(in.next())) {
            in.skip(2);
        }
    }

    private ItaniumNode unqualifiedName(ItaniumNode scopeOfName) {
        if (in.peek() == 'L' && ItaniumInput.isDigit(in.next())) {
            in.skip(1); // of internal linkage
        }
        ItaniumNode name;
        char first = in.peek();
        if (ItaniumInput.isDigit(first)) {
            name = sourceName();
        } else if (first == 'U') {
            name = unnamedType();
        } else if (first == 'C' || first == 'D' && ItaniumInput.isDigit(in.next())) {
            name = constructor(scopeOfName);
        } else if (first >= 'a' && first <= 'z') {
            name = operatorName();
        } else {
            throw ItaniumInput.unsupported();
        }
        while (in.accept("B")) {
            name = new Tagged(name, in.identifier());
        }
        return name;
    }

    ItaniumNode sourceName() {
        String name = in.identifier();
        if (name.length() >= 10
                && name.startsWith("_GLOBAL_")
                && "._$".indexOf(name.charAt(8)) >= 0
                && name.charAt(9) == 'N') {
            return new Name("(anonymous namespace)");
        }
        return new Name(name);
    }

    private ItaniumNode constructor(ItaniumNode ofClass) {
        String base = ofClass == null ? null : ofClass.base();
        if (base == null || base.startsWith("(")) {
            throw ItaniumInput.unsupported();
        }
        boolean destructor = in.take() == 'D';
        boolean inherited = !destructor && in.accept("I");
        char kind = in.take();
        if (kind < (destructor ? '0' : '1') || kind > '5') {
            throw ItaniumInput.unsupported();
        }
        if (inherited) {
            parser.types.type();
        }
        return new Special(new Words(destructor ? "~" + base : base));
    }

    private ItaniumNode unnamedType() {
        String code = in.code();
        if (code.equals("Ut")) {
            return new Words("{unnamed type#" + in.ordinal() + "}");
        }
        if (!code.equals("Ul")) {
            throw ItaniumInput.unsupported();
        }
        Scope outer = parser.scope;
        parser.scope = new Scope(true);
        List<ItaniumNode> parameters = parser.types.parameters();
        parser.scope = outer;
        in.expect('E');
        return new Lambda(parameters, in.ordinal());
    }

    ItaniumNode operatorName() {
        String code = in.code();
        if (code.equals("cv")) {
            boolean outer = parser.conversionType;
            parser.conversionType = true;
            ItaniumNode type = parser.types.type();
            parser.conversionType = outer;
            return new Special(Row.of("operator ", type));
        }
        if (code.equals("li")) {
            return new Words("operator\"\" " + in.identifier());
        }
        String operator = ItaniumTables.OPERATORS.get(code);
        if (operator == null || code.equals("qu")) {
            throw ItaniumInput.unsupported();
        }
        String sign = operator.substring(1);
        return new Words((Character.isLetter(sign.charAt(0)) ? "operator " : "operator") + sign);
    }
}
