package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNode.Array;
import io.clonetrace.unwind.elf.ItaniumNode.Declarator;
import io.clonetrace.unwind.elf.ItaniumNode.Expansion;
import io.clonetrace.unwind.elf.ItaniumNode.FunctionType;
import io.clonetrace.unwind.elf.ItaniumNode.Row;
import io.clonetrace.unwind.elf.ItaniumNode.Suffixed;
import io.clonetrace.unwind.elf.ItaniumNode.Templated;
import io.clonetrace.unwind.elf.ItaniumNode.Words;
import java.util.ArrayList;
import java.util.List;

/** Types (Itanium C++ ABI, 5.1.5). */
final class ItaniumTypes {
    private final ItaniumParser parser;
    private final ItaniumInput in;

    ItaniumTypes(ItaniumParser parser) {
        this.parser = parser;
        this.in = parser.in;
    }

    ItaniumNode type() {
        in.enter();
        ItaniumNode type = newType();
        in.leave();
        return type;
    }

    private ItaniumNode newType() {
        char first = in.peek();
        if (first == 'S' && in.next() != 't') {
            ItaniumNode known = parser.templates.substitution();
            return in.peek() == 'I' && !parser.conversionType
                    ? added(new Templated(known, parser.templates.templateArguments(null)))
                    : known;
        }
        String builtin = ItaniumTables.TYPES.get(first);
        if (builtin != null) {
            in.skip(1);
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
                in.skip(1);
                return added(new Suffixed(type(), " _Complex"));
            case 'G':
                in.skip(1);
                return added(new Suffixed(type(), " _Imaginary"));
            case 'U': {
                if (in.next() == 'l' || in.next() == 't') {
                    return added(parser.names.name(null));
                }
                in.skip(1);
                String qualifier = in.identifier();
                return added(new Suffixed(type(), " " + qualifier));
            }
            case 'u':
                in.skip(1);
                return added(parser.names.sourceName());
            case 'A':
                return array();
            case 'M': {
                in.skip(1);
                ItaniumNode ofClass = type();
                ItaniumNode member = type();
                return added(new Declarator(member, ofClass, "::*"));
            }
            case 'F':
                return added(functionType(""));
            case 'T': {
                ItaniumNode parameter = added(parser.templates.templateParameter());
                return in.peek() == 'I' && !parser.conversionType
                        ? added(new Templated(parameter, parser.templates.templateArguments(null)))
                        : parameter;
            }
            case 'D':
                return typeWithD();
            case 'N', 'Z', 'S':
                return added(typeName());
            default:
                if (!ItaniumInput.isDigit(first)) {
                    throw ItaniumInput.unsupported();
                }
                return added(typeName());
        }
    }

    String qualifiers() {
        String restrict = in.accept("r") ? " restrict" : "";
        String isVolatile = in.accept("V") ? " volatile" : "";
        String isConst = in.accept("K") ? " const" : "";
        return isConst + isVolatile + restrict;
    }

    private boolean isFunctionType() {
        return in.peek() == 'F' || in.peek() == 'D' && in.next() == 'o';
    }

    /** A class's or an enum's name; its template arguments are not those of the function around it. */
    private ItaniumNode typeName() {
        boolean outer = parser.conversionType;
        parser.conversionType = false;
        ItaniumNode name = parser.names.name(null);
        parser.conversionType = outer;
        return name;
    }

    private ItaniumNode added(ItaniumNode node) {
        parser.substitutions.add(node);
        return node;
    }

    private ItaniumNode declarator(String sign) {
        in.skip(1);
        return added(new Declarator(type(), null, sign));
    }

    private ItaniumNode array() {
        in.skip(1);
        ItaniumNode size = new Words("");
        if (ItaniumInput.isDigit(in.peek())) {
            size = new Words(in.digits());
        } else if (in.peek() != '_') {
            size = parser.expressions.expression();
        }
        in.expect('_');
        return added(new Array(type(), size));
    }

    private ItaniumNode functionType(String qualifiers) {
        String noexcept = in.accept("Do") ? " noexcept" : "";
        in.expect('F');
        in.accept("Y");
        ItaniumNode result = type();
        List<ItaniumNode> parameters = parameters();
        String reference = in.accept("R") ? " &" : in.accept("O") ? " &&" : "";
        in.expect('E');
        return new FunctionType(result, parameters, qualifiers + noexcept + reference);
    }

    /** Types up to the end; none for {@code void}. */
    List<ItaniumNode> parameters() {
        List<ItaniumNode> parameters = new ArrayList<>();
        do {
            parameters.add(type());
        } while (!in.isAtEnd() && in.peek() != 'E' && !(isReferenceQualifier() && in.next() == 'E'));
        return parameters.size() == 1
                        && parameters.get(0) instanceof Words only
                        && only.text().equals("void")
                ? List.of()
                : parameters;
    }

    private boolean isReferenceQualifier() {
        return in.peek() == 'R' || in.peek() == 'O';
    }

    private ItaniumNode typeWithD() {
        char second = in.next();
        String builtin = ItaniumTables.MORE_TYPES.get(second);
        if (builtin != null) {
            in.skip(2);
            return new Words(builtin);
        }
        switch (second) {
            case 'p':
                in.skip(2);
                return added(new Expansion(type()));
            case 't', 'T':
                return added(decltype());
            case 'o':
                return added(functionType(""));
            case 'F':
                in.skip(2);
                return floatOfBits();
            case 'v': {
                in.skip(2);
                if (!ItaniumInput.isDigit(in.peek())) {
                    throw ItaniumInput.unsupported();
                }
                String length = in.digits();
                in.expect('_');
                return added(new Suffixed(type(), " __vector(" + length + ")"));
            }
            default:
                throw ItaniumInput.unsupported();
        }
    }

    ItaniumNode decltype() {
        in.skip(2);
        ItaniumNode expression = parser.expressions.expression();
        in.expect('E');
        return Row.of("decltype (", expression, ")");
    }

    private ItaniumNode floatOfBits() {
        int bits = in.number(false);
        if (bits == 16 && in.accept("b")) {
            return new Words("std::bfloat16_t");
        }
        String extended = in.accept("x") ? "x" : "";
        if (extended.isEmpty()) {
            in.expect('_');
        }
        return new Words("_Float" + bits + extended);
    }
}
