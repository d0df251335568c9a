package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.ItaniumNames.NameState;
import io.clonetrace.unwind.elf.ItaniumNode.Row;
import io.clonetrace.unwind.elf.ItaniumNode.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses a name by the Itanium C++ ABI, section 5.1. A recursive descent of bounded depth, without backtracking: its
 * time is linear. What it doesn't know it refuses.
 */
final class ItaniumParser {
    final ItaniumInput in;
    final ItaniumNames names;
    final ItaniumTypes types;
    final ItaniumTemplates templates;
    final ItaniumExpressions expressions;

    /** What later parts of the name may refer to by its number. */
    final List<ItaniumNode> substitutions = new ArrayList<>();

    Scope scope = new Scope(false);

    /** Whether template arguments after the type belong to the conversion operator instead. */
    boolean conversionType;

    ItaniumParser(String text, int start) {
        in = new ItaniumInput(text, start);
        names = new ItaniumNames(this);
        types = new ItaniumTypes(this);
        templates = new ItaniumTemplates(this);
        expressions = new ItaniumExpressions(this);
    }

    /** A function with its signature, or what has none: a variable, a special name. */
    ItaniumNode wholeName() {
        ItaniumNode node;
        if (in.peek() == 'T' || in.peek() == 'G') {
            node = specialName();
        } else {
            NameState state = new NameState();
            node = names.name(state);
            if (!in.isAtEnd()) {
                node = names.signature(node, state);
            }
        }
        if (!in.isAtEnd()) {
            throw ItaniumInput.unsupported();
        }
        return node;
    }

    private ItaniumNode specialName() {
        String code = in.code();
        switch (code) {
            case "TV":
                return Row.of("vtable for ", types.type());
            case "TT":
                return Row.of("VTT for ", types.type());
            case "TI":
                return Row.of("typeinfo for ", types.type());
            case "TS":
                return Row.of("typeinfo name for ", types.type());
            case "TC": {
                ItaniumNode derived = types.type();
                in.number(false);
                in.expect('_');
                return Row.of("construction vtable for ", types.type(), "-in-", derived);
            }
            case "Th":
                callOffset('h');
                return Row.of("non-virtual thunk to ", names.encoding());
            case "Tv":
                callOffset('v');
                return Row.of("virtual thunk to ", names.encoding());
            case "Tc":
                callOffset(in.take());
                callOffset(in.take());
                return Row.of("covariant return thunk to ", names.encoding());
            case "TW":
                return Row.of("TLS wrapper function for ", names.name(new NameState()));
            case "TH":
                return Row.of("TLS init function for ", names.name(new NameState()));
            case "GT":
                if (!in.accept("t")) {
                    throw ItaniumInput.unsupported();
                }
                return Row.of("transaction clone for ", names.encoding());
            case "GV":
                return Row.of("guard variable for ", names.name(new NameState()));
            default:
                throw ItaniumInput.unsupported();
        }
    }

    private void callOffset(char kind) {
        in.number(true);
        in.expect('_');
        if (kind == 'v') {
            in.number(true);
            in.expect('_');
        } else if (kind != 'h') {
            throw ItaniumInput.unsupported();
        }
    }
}
