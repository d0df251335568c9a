package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNames.NameState;
import io.clonetrace.unwind.elf.ItaniumNode.Pack;
import io.clonetrace.unwind.elf.ItaniumNode.Parameter;
import io.clonetrace.unwind.elf.ItaniumNode.Tagged;
import io.clonetrace.unwind.elf.ItaniumNode.Words;
import java.util.ArrayList;
import java.util.List;

/**
 * Template parameters and arguments, and the substitutions that repeat earlier parts of a name (Itanium C++ ABI,
 * 5.1.10).
 */
final class ItaniumTemplates {
    private static final int MAX_NUMBER = 1_000_000;

    private final ItaniumParser parser;
    private final ItaniumInput in;

    ItaniumTemplates(ItaniumParser parser) {
        this.parser = parser;
        this.in = parser.in;
    }

    /** What {@code S} stands for; {@code St} is no substitution. */
    ItaniumNode substitution() {
        in.expect('S');
        char first = in.take();
        if (first == '_') {
            return substitution(0);
        }
        if (ItaniumInput.isDigit(first) || first >= 'A' && first <= 'Z') {
            int index = 0;
            for (char digit = first; digit != '_'; digit = in.take()) {
                if (!ItaniumInput.isDigit(digit) && (digit < 'A' || digit > 'Z') || index > MAX_NUMBER) {
                    throw ItaniumInput.unsupported();
                }
                index = index * 36 + Character.digit(digit, 36);
            }
            return substitution(index + 1);
        }
        String[] standard = ItaniumTables.STANDARD.get(first);
        if (standard == null) {
            throw ItaniumInput.unsupported();
        }
        boolean constructor = in.peek() == 'C' || in.peek() == 'D' && ItaniumInput.isDigit(in.next());
        ItaniumNode name = new Words(standard[constructor ? 1 : 0], standard[2]);
        if (in.peek() == 'B') {
            while (in.accept("B")) {
                name = new Tagged(name, in.identifier());
            }
            parser.substitutions.add(name);
        }
        return name;
    }

    ItaniumNode substitution(int index) {
        if (index >= parser.substitutions.size()) {
            throw ItaniumInput.unsupported();
        }
        return parser.substitutions.get(index);
    }

    /** @param state not null for the name of a function, whose signature refers to the arguments */
    List<ItaniumNode> templateArguments(NameState state) {
        in.enter();
        in.expect('I');
        boolean outer = parser.conversionType;
        parser.conversionType = false;
        List<ItaniumNode> arguments = new ArrayList<>();
        while (!in.accept("E")) {
            arguments.add(templateArgument());
        }
        parser.conversionType = outer;
        if (state != null) {
            parser.scope.arguments = arguments;
        }
        in.leave();
        return arguments;
    }

    private ItaniumNode templateArgument() {
        switch (in.peek()) {
            case 'L':
                return parser.expressions.literal();
            case 'X': {
                in.skip(1);
                ItaniumNode expression = parser.expressions.expression();
                in.expect('E');
                return expression;
            }
            case 'I', 'J': {
                in.skip(1);
                in.enter();
                List<ItaniumNode> elements = new ArrayList<>();
                while (!in.accept("E")) {
                    elements.add(templateArgument());
                }
                in.leave();
                return new Pack(elements);
            }
            default:
                return parser.types.type();
        }
    }

    ItaniumNode templateParameter() {
        in.expect('T');
        int index = in.peek() == '_' ? 0 : in.number(false) + 1;
        in.expect('_');
        return new Parameter(parser.scope, index);
    }
}
