package io.clonetrace.packaging;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/** Lambdas and method references of each kind; loaded by {@link LambdaClassesTest} from rewritten code. */
public final class Lambdas implements Supplier<Map<String, Object>> {
    /** Objects that implement the interfaces, in the order of their creation. */
    static final List<Object> OBJECTS = new ArrayList<>();

    private final String name = "lambdas";

    private static <T> T kept(T object) {
        OBJECTS.add(object);
        return object;
    }

    @Override
    public Map<String, Object> get() {
        Map<String, Object> results = new TreeMap<>();
        long wide = 1L << 40;
        double real = 0.5;
        byte small = 7;
        results.put(
                "nothing captured", kept((Supplier<String>) () -> "constant").get());
        results.put(
                "two words captured",
                kept((LongSupplier) () -> wide + (long) (2 * real) + small).getAsLong());
        results.put("this captured", kept((Supplier<String>) () -> name).get());
        results.put(
                "private method", kept((Function<String, String>) this::joined).apply("x"));
        results.put("static method", kept((IntBinaryOperator) Math::max).applyAsInt(3, 11));
        results.put(
                "bound object", kept((Function<String, String>) name::concat).apply("!"));
        results.put(
                "unbound object", kept((ToIntFunction<String>) String::length).applyAsInt("seven77"));
        results.put(
                "interface method",
                kept((ToIntFunction<List<String>>) List::size).applyAsInt(List.of("1", "2")));
        results.put(
                "constructor",
                kept((Function<String, StringBuilder>) StringBuilder::new).apply("13"));
        results.put(
                "constructor of two words",
                kept((BiFunction<Long, Double, Pair>) Pair::new).apply(5L, 1.5));
        results.put("array", kept((IntFunction<int[]>) int[]::new).apply(17).length);
        results.put("boxed result", kept((Supplier<Integer>) this::number).get());
        results.put(
                "unboxed argument",
                kept((Function<Integer, String>) Integer::toHexString).apply(255));
        results.put("unboxed result", kept((ToLongFunction<Long>) Long::valueOf).applyAsLong(19L));
        results.put(
                "wider argument", kept((ToLongFunction<Integer>) Lambdas::twice).applyAsLong(21));
        results.put("wider result", kept((LongUnaryOperator) Long::bitCount).applyAsLong(7));
        results.put(
                "wider unboxed result",
                kept((ToLongFunction<String>) Integer::valueOf).applyAsLong("31"));
        results.put(
                "erased types", kept((BinaryOperator<String>) String::concat).apply("a", "b"));
        List<Object> taken = new ArrayList<>();
        kept((Consumer<Object>) taken::add).accept("dropped result");
        results.put("dropped result", taken);
        results.put("test", kept((Predicate<String>) String::isEmpty).test(""));
        results.put("in an interface", Shape.ofSides(3).describe());
        results.put("in a nested class", new Nested().value());
        results.put("serializable", ((Supplier<String> & Serializable) () -> "left").get());
        return results;
    }

    private String joined(String other) {
        return name + other;
    }

    private int number() {
        return 23;
    }

    private static long twice(long number) {
        return 2 * number;
    }

    record Pair(long first, double second) {}

    interface Shape {
        int sides();

        private String sided(String noun) {
            return sides() + "-sided " + noun;
        }

        default String describe() {
            return kept((Function<String, String>) this::sided).apply("shape");
        }

        static Shape ofSides(int sides) {
            return kept(() -> sides);
        }
    }

    private static final class Nested {
        private final int value = 29;

        int value() {
            return kept((Supplier<Integer>)
                            () -> kept((Supplier<Integer>) () -> value).get())
                    .get();
        }
    }
}
