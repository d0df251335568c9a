package io.clonetrace.unwind.elf;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a C++ name or type. A declarator surrounds what it declares ({@code int (*)[5]}), so a part prints in two
 * halves, and what it is made of prints between them.
 */
interface ItaniumNode {
    void left(Printer out);

    default void right(Printer out) {}

    default boolean isArray(Printer out) {
        return false;
    }

    default boolean isFunction(Printer out) {
        return false;
    }

    /** How a constructor of it is called; null if it has none. */
    default String base() {
        return null;
    }

    /** What a template parameter stands for; other parts stand for themselves. */
    default ItaniumNode resolved(Printer out) {
        return this;
    }

    /** Thrown when a name can't be demangled. */
    final class UnsupportedNameException extends RuntimeException {
        private static final long serialVersionUID = 1;
        static final UnsupportedNameException INSTANCE = new UnsupportedNameException();

        private UnsupportedNameException() {
            super(null, null, false, false);
        }
    }

    /** The template arguments that parameters refer to; those of a name are known only when all of it is parsed. */
    final class Scope {
        final boolean lambda;
        List<ItaniumNode> arguments = List.of();

        /** @param lambda whether its parameters are those of a generic lambda, which have no arguments */
        Scope(boolean lambda) {
            this.lambda = lambda;
        }
    }

    /** Collects the text. Bounded in length, depth and work: substitutions can make any of them exponential. */
    final class Printer {
        private static final int MAX_DEPTH = 400;
        private static final int MAX_STEPS = 50_000;

        private final StringBuilder text = new StringBuilder();
        private final int maxLength;
        private final int argumentLevels;
        private int depth;
        private int steps;
        private int argumentLevel;
        /** Which element of a pack is being printed; -1: all. */
        private int packIndex = -1;
        /** How many elements the packs have that were met since it was set to -1. */
        private int packSize = -1;

        private boolean tooLong;

        /** @param argumentLevels how deep template argument lists are written out */
        Printer(int maxLength, int argumentLevels) {
            this.maxLength = maxLength;
            this.argumentLevels = argumentLevels;
        }

        /** False if the text is too long. */
        boolean prints(ItaniumNode node) {
            try {
                print(node);
                return true;
            } catch (UnsupportedNameException unsupported) {
                if (tooLong) {
                    return false;
                }
                throw unsupported;
            }
        }

        void left(ItaniumNode node) {
            enter();
            node.left(this);
            depth--;
        }

        void right(ItaniumNode node) {
            enter();
            node.right(this);
            depth--;
        }

        void print(ItaniumNode node) {
            left(node);
            right(node);
        }

        void enter() {
            if (++depth > MAX_DEPTH || ++steps > MAX_STEPS) {
                throw UnsupportedNameException.INSTANCE;
            }
        }

        void leave() {
            depth--;
        }

        Printer append(String part) {
            if (text.length() + part.length() > maxLength) {
                tooLong = true;
                throw UnsupportedNameException.INSTANCE;
            }
            text.append(part);
            return this;
        }

        boolean endsWith(char last) {
            return text.length() > 0 && text.charAt(text.length() - 1) == last;
        }

        /** A list without the elements that print nothing, as empty packs do. */
        void list(List<ItaniumNode> nodes) {
            boolean first = true;
            for (ItaniumNode node : nodes) {
                int before = text.length();
                if (!first) {
                    append(", ");
                }
                int start = text.length();
                print(node);
                if (text.length() == start) {
                    text.setLength(before);
                } else {
                    first = false;
                }
            }
        }

        void templateArguments(List<ItaniumNode> arguments) {
            append(endsWith('<') ? " <" : "<");
            if (argumentLevel >= argumentLevels && !arguments.isEmpty()) {
                append("...>");
                return;
            }
            argumentLevel++;
            list(arguments);
            argumentLevel--;
            append(endsWith('>') ? " >" : ">");
        }

        void parameters(List<ItaniumNode> parameters) {
            append("(");
            if (argumentLevel >= argumentLevels && !parameters.isEmpty()) {
                append("...");
            } else {
                list(parameters);
            }
            append(")");
        }

        /** Prints once for each element of the packs in the pattern. */
        void expand(ItaniumNode pattern) {
            int outerIndex = packIndex;
            int outerSize = packSize;
            int start = text.length();
            packIndex = 0;
            packSize = -1;
            print(pattern);
            int size = packSize;
            if (size < 0) {
                throw UnsupportedNameException.INSTANCE;
            }
            if (size == 0) {
                text.setLength(start);
            }
            for (packIndex = 1; packIndex < size; packIndex++) {
                append(", ");
                print(pattern);
            }
            packIndex = outerIndex;
            packSize = outerSize;
        }

        ItaniumNode argument(Scope scope, int index) {
            if (index >= scope.arguments.size()) {
                throw UnsupportedNameException.INSTANCE;
            }
            ItaniumNode argument = scope.arguments.get(index);
            if (argument instanceof Pack pack && packIndex >= 0) {
                packSize = pack.elements.size();
                return packIndex < packSize ? pack.elements.get(packIndex) : new Name("");
            }
            return argument;
        }

        String text() {
            return text.toString();
        }
    }

    /** An identifier. */
    record Name(String text) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.append(text);
        }

        @Override
        public String base() {
            return text;
        }
    }

    /** Names and types with a text of their own. */
    record Words(String text, String base) implements ItaniumNode {
        Words(String text) {
            this(text, null);
        }

        @Override
        public void left(Printer out) {
            out.append(text);
        }
    }

    /** Parts in a row. */
    record Row(List<ItaniumNode> parts) implements ItaniumNode {
        static Row of(Object... parts) {
            List<ItaniumNode> nodes = new ArrayList<>();
            for (Object part : parts) {
                nodes.add(part instanceof ItaniumNode node ? node : new Words((String) part));
            }
            return new Row(nodes);
        }

        @Override
        public void left(Printer out) {
            parts.forEach(out::print);
        }
    }

    /** A list with commas. */
    record Pack(List<ItaniumNode> elements) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.list(elements);
        }
    }

    /** {@code scope::name}. */
    record Qualified(ItaniumNode scope, ItaniumNode name) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.print(scope);
            out.append("::");
            out.print(name);
        }

        @Override
        public String base() {
            return name.base();
        }
    }

    /** {@code name[abi:tag]}. */
    record Tagged(ItaniumNode name, String tag) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.print(name);
            out.append("[abi:").append(tag).append("]");
        }

        @Override
        public String base() {
            return name.base();
        }
    }

    /** {@code name<arguments>}. */
    record Templated(ItaniumNode name, List<ItaniumNode> arguments) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.print(name);
            out.templateArguments(arguments);
        }

        @Override
        public String base() {
            return name.base();
        }
    }

    /** A constructor, a destructor or a conversion, which have no return type. */
    record Special(ItaniumNode name) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.print(name);
        }
    }

    /** A lambda, which is called after its parameters. */
    record Lambda(List<ItaniumNode> parameters, int number) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.append("{lambda");
            out.parameters(parameters);
            out.append("#" + number + "}");
        }
    }

    /** A function with its signature, as the scope of a local name or as a template argument. */
    record Function(ItaniumNode name, ItaniumNode result, List<ItaniumNode> parameters, String qualifiers)
            implements ItaniumNode {
        @Override
        public void left(Printer out) {
            if (result != null) {
                out.left(result);
                out.append(" ");
            }
            out.print(name);
            out.parameters(parameters);
            if (result != null) {
                out.right(result);
            }
            out.append(qualifiers);
        }

        Function withoutResult() {
            return new Function(name, null, parameters, qualifiers);
        }
    }

    /** A template parameter. */
    record Parameter(Scope scope, int index) implements ItaniumNode {
        @Override
        public ItaniumNode resolved(Printer out) {
            return scope.lambda ? this : out.argument(scope, index);
        }

        @Override
        public void left(Printer out) {
            if (scope.lambda) {
                out.append("auto:" + (index + 1));
            } else {
                out.left(resolved(out));
            }
        }

        @Override
        public void right(Printer out) {
            if (!scope.lambda) {
                out.right(resolved(out));
            }
        }

        @Override
        public boolean isArray(Printer out) {
            out.enter();
            boolean array = !scope.lambda && resolved(out).isArray(out);
            out.leave();
            return array;
        }

        @Override
        public boolean isFunction(Printer out) {
            out.enter();
            boolean function = !scope.lambda && resolved(out).isFunction(out);
            out.leave();
            return function;
        }
    }

    /** {@code pattern...}. */
    record Expansion(ItaniumNode pattern) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.expand(pattern);
        }
    }

    /** {@code type const}: qualifiers, and what else follows a type. */
    record Suffixed(ItaniumNode type, String suffix) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.left(type);
            if (!type.isFunction(out)) {
                out.append(suffix);
            }
        }

        @Override
        public void right(Printer out) {
            out.right(type);
            if (type.isFunction(out)) {
                out.append(suffix);
            }
        }

        @Override
        public boolean isArray(Printer out) {
            return type.isArray(out);
        }

        @Override
        public boolean isFunction(Printer out) {
            return type.isFunction(out);
        }
    }

    /** {@code type*}, {@code type&}, {@code type&&} or {@code type C::*}. */
    record Declarator(ItaniumNode type, ItaniumNode member, String sign) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            ItaniumNode pointee = pointee(out);
            boolean array = pointee.isArray(out);
            boolean function = pointee.isFunction(out);
            out.left(pointee);
            if (array) {
                out.append(" ");
            }
            if (array || function) {
                out.append("(");
            } else if (member != null) {
                out.append(" ");
            }
            if (member != null) {
                out.print(member);
            }
            out.append(sign(out));
        }

        @Override
        public void right(Printer out) {
            if (isParenthesized(out)) {
                out.append(")");
            }
            out.right(pointee(out));
        }

        boolean isParenthesized(Printer out) {
            ItaniumNode pointee = pointee(out);
            return pointee.isArray(out) || pointee.isFunction(out);
        }

        private boolean isReference() {
            return sign.startsWith("&");
        }

        /** References to references collapse. */
        private ItaniumNode pointee(Printer out) {
            ItaniumNode pointee = type;
            while (isReference() && pointee.resolved(out) instanceof Declarator inner && inner.isReference()) {
                pointee = inner.type;
            }
            return pointee;
        }

        private String sign(Printer out) {
            String collapsed = sign;
            ItaniumNode pointee = type;
            while (isReference() && pointee.resolved(out) instanceof Declarator inner && inner.isReference()) {
                collapsed = inner.sign.length() < collapsed.length() ? inner.sign : collapsed;
                pointee = inner.type;
            }
            return collapsed;
        }
    }

    /** {@code element [size]}. */
    record Array(ItaniumNode element, ItaniumNode size) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.left(element);
        }

        @Override
        public void right(Printer out) {
            if (!out.endsWith(']')) {
                out.append(" ");
            }
            out.append("[");
            out.print(size);
            out.append("]");
            out.right(element);
        }

        @Override
        public boolean isArray(Printer out) {
            return true;
        }
    }

    /** {@code result (parameters)}. */
    record FunctionType(ItaniumNode result, List<ItaniumNode> parameters, String qualifiers) implements ItaniumNode {
        @Override
        public void left(Printer out) {
            out.left(result);
            if (!(result.resolved(out) instanceof Declarator declarator) || !declarator.isParenthesized(out)) {
                out.append(" ");
            }
        }

        @Override
        public void right(Printer out) {
            out.parameters(parameters);
            out.right(result);
            out.append(qualifiers);
        }

        @Override
        public boolean isFunction(Printer out) {
            return true;
        }
    }
}
