package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNode.Expansion;
import io.clonetrace.unwind.elf.ItaniumNode.Function;
import io.clonetrace.unwind.elf.ItaniumNode.Name;
import io.clonetrace.unwind.elf.ItaniumNode.Pack;
import io.clonetrace.unwind.elf.ItaniumNode.Qualified;
import io.clonetrace.unwind.elf.ItaniumNode.Row;
import io.clonetrace.unwind.elf.ItaniumNode.Templated;
import io.clonetrace.unwind.elf.ItaniumNode.Words;
import java.util.ArrayList;
import java.util.List;

/** Expressions and literals in template arguments and types (Itanium C++ ABI, 5.1.6). */
final class ItaniumExpressions {
    private final ItaniumParser parser;
    private final ItaniumInput in;

    ItaniumExpressions(ItaniumParser parser) {
        this.parser = parser;
        this.in = parser.in;
    }

    ItaniumNode expression() {
        in.enter();
        ItaniumNode expression = newExpression();
        in.leave();
        return expression;
    }

    private ItaniumNode newExpression() {
        char first = in.peek();
        if (first == 'L') {
            return literal();
        }
        if (first == 'T') {
            return parser.templates.templateParameter();
        }
        if (ItaniumInput.isDigit(first)) {
            return simpleName();
        }
        String code = in.code();
        switch (code) {
            case "fp":
                return functionParameter();
            case "sr": {
                ItaniumNode type = parser.types.type();
                return new Qualified(type, simpleName());
            }
            case "on": {
                ItaniumNode operator = parser.names.operatorName();
                return in.peek() == 'I' ? new Templated(operator, parser.templates.templateArguments(null)) : operator;
            }
            case "cv":
                return Row.of("(", parser.types.type(), ")", operand(expression()));
            case "st":
                return Row.of("sizeof (", parser.types.type(), ")");
            case "sz":
                return Row.of("sizeof ", operand(expression()));
            case "at":
                return Row.of("alignof (", parser.types.type(), ")");
            case "nx":
                return Row.of("noexcept", operand(expression()));
            case "sp":
                return new Expansion(expression());
            case "dc":
                return Row.of("dynamic_cast<", parser.types.type(), ">(", expression(), ")");
            case "sc":
                return Row.of("static_cast<", parser.types.type(), ">(", expression(), ")");
            case "cc":
                return Row.of("const_cast<", parser.types.type(), ">(", expression(), ")");
            case "rc":
                return Row.of("reinterpret_cast<", parser.types.type(), ">(", expression(), ")");
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
        String operator = ItaniumTables.OPERATORS.get(code);
        if (operator == null || operator.charAt(0) == '0') {
            throw ItaniumInput.unsupported();
        }
        String sign = operator.substring(1);
        if (operator.charAt(0) == '1') {
            if (code.equals("pp") || code.equals("mm")) {
                throw ItaniumInput.unsupported(); // prefix and postfix differ by a further underscore
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
        while (!in.accept("E")) {
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
        ItaniumNode name = parser.names.sourceName();
        return in.peek() == 'I' ? new Templated(name, parser.templates.templateArguments(null)) : name;
    }

    private ItaniumNode functionParameter() {
        if (in.accept("T")) {
            return new Name("this");
        }
        parser.types.qualifiers();
        return new Name("{parm#" + in.ordinal() + "}");
    }

    ItaniumNode literal() {
        in.expect('L');
        if (in.accept("_Z") || in.accept("Z")) {
            ItaniumNode function = parser.names.encoding();
            in.expect('E');
            return function;
        }
        ItaniumNode type = parser.types.type();
        String name = type instanceof Words words ? words.text() : "";
        if (name.equals("parser.types.decltype(nullptr)") && in.accept("E")) {
            return new Words("parser.types.decltype(nullptr)");
        }
        boolean negative = in.accept("n");
        String value = in.hexDigits();
        in.expect('E');
        if (value.isEmpty()) {
            throw ItaniumInput.unsupported();
        }
        boolean isFloat = name.equals("float") || name.endsWith("double") || name.equals("__float128");
        if (!isFloat && !value.chars().allMatch(c -> ItaniumInput.isDigit((char) c))) {
            throw ItaniumInput.unsupported();
        }
        if (name.equals("bool") && !negative && (value.equals("0") || value.equals("1"))) {
            return new Words(value.equals("1") ? "true" : "false");
        }
        String signed = (negative ? "-" : "") + value;
        String suffix = ItaniumTables.LITERALS.get(name);
        if (suffix != null) {
            return new Words(signed + suffix);
        }
        return Row.of("(", type, ")", isFloat ? (negative ? "-[" : "[") + value + "]" : signed);
    }
}
