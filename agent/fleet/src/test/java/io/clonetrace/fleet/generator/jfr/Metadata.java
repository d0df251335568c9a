package io.clonetrace.fleet.generator.jfr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The types of a chunk (JDK: {@code jdk/jfr/internal/MetadataReader.java}). */
final class Metadata {
    private static final String TIMESTAMP = "jdk.jfr.Timestamp";

    private final Map<Long, Type> byId = new HashMap<>();
    private final Map<String, Type> byName = new HashMap<>();

    private record Element(String name, Map<String, String> attributes, List<Element> within) {
        long number(String attribute) {
            return Long.parseLong(attributes.getOrDefault(attribute, "0"));
        }
    }

    /** @param input behind the size and the type of the metadata event */
    static Metadata read(Input input) {
        for (int index = 0; index < 3; index++) {
            input.varint();
        }
        String[] texts = new String[input.count()];
        for (int index = 0; index < texts.length; index++) {
            texts[index] = input.text();
        }
        Metadata metadata = new Metadata();
        List<Element> classes = element(input, texts).within().stream()
                .filter(element -> element.name().equals("metadata"))
                .findFirst()
                .orElseThrow()
                .within();
        classes.forEach(metadata::add);
        classes.forEach(metadata::addFields);
        return metadata;
    }

    private static Element element(Input input, String[] texts) {
        String name = texts[input.count()];
        Map<String, String> attributes = new HashMap<>();
        int count = input.count();
        for (int index = 0; index < count; index++) {
            String key = texts[input.count()];
            attributes.put(key, texts[input.count()]);
        }
        int children = input.count();
        List<Element> within = new ArrayList<>(children);
        for (int index = 0; index < children; index++) {
            within.add(element(input, texts));
        }
        return new Element(name, attributes, within);
    }

    private void add(Element element) {
        String name = element.attributes().get("name");
        Type type = new Type(element.number("id"), name, element.attributes().get("superType"));
        byId.put(type.id(), type);
        byName.put(name, type);
    }

    private void addFields(Element element) {
        Type type = byId.get(element.number("id"));
        for (Element field : element.within()) {
            if (field.name().equals("field")) {
                type.add(new Type.Field(
                        field.attributes().get("name"),
                        byId.get(field.number("class")),
                        field.attributes().containsKey("constantPool"),
                        field.number("dimension") > 0,
                        time(field)));
            }
        }
    }

    private Type.Time time(Element field) {
        for (Element annotation : field.within()) {
            if (annotation.name().equals("annotation")
                    && byId.get(annotation.number("class")).name().equals(TIMESTAMP)) {
                return annotation.attributes().containsValue("TICKS") ? Type.Time.TICKS : Type.Time.MILLIS;
            }
        }
        return Type.Time.NONE;
    }

    Optional<Type> type(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Type type(long id) {
        Type type = byId.get(id);
        if (type == null) {
            throw new IllegalArgumentException("the metadata has no type " + id);
        }
        return type;
    }
}
