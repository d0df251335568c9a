package io.clonetrace.fleet.generator;

import io.clonetrace.fleet.generator.FleetPlan.Service;
import io.clonetrace.fleet.generator.jfr.EventRow;
import io.clonetrace.fleet.generator.jfr.RecordedChunk;
import io.clonetrace.fleet.generator.jfr.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Makes one program's names and lines of code those of another one. */
final class Renaming {
    private static final int PACKAGE_PARTS = 3;
    private static final String TRACES = "jdk.types.StackTrace";

    private final Set<String> packages;
    private final String jar;
    private final String own;
    private final int lines;

    private Renaming(Set<String> packages, String jar, Service service, int day) {
        this.packages = packages;
        this.jar = jar;
        own = service.name();
        lines = service.lines(day);
    }

    /** The packages of the jar that the JVM runs, of which code starts threads; they become the service's. */
    static Renaming of(RecordedChunk chunk, Service service, int day) {
        String arguments = chunk.events("jdk.JVMInformation").get(0).text("javaArguments");
        String jar = arguments == null ? "" : arguments.split(" ", 2)[0];
        jar = jar.substring(jar.lastIndexOf('/') + 1);
        Set<String> packages = new TreeSet<>();
        for (EventRow source : chunk.events("clonetrace.CodeSource")) {
            String location = source.text("location");
            if (!jar.isEmpty() && location != null && location.endsWith('/' + jar)) {
                packages.add(prefix(source.text("codePackage")));
            }
        }
        List<String> sites = chunk.events(Template.START).stream()
                .map(start -> String.valueOf(start.text("callSite")))
                .toList();
        packages.removeIf(prefix -> sites.stream().noneMatch(site -> site.startsWith(prefix + '.')));
        return new Renaming(packages, jar, service, day);
    }

    private static String prefix(String name) {
        String[] parts = name.split("\\.");
        return String.join(".", List.of(parts).subList(0, Math.min(PACKAGE_PARTS, parts.length)));
    }

    String text(String text) {
        if (text == null) {
            return null;
        }
        String named = text;
        for (String prefix : packages) {
            named = named.replace(prefix, "com." + own);
            named = named.replace(prefix.replace('.', '/'), "com/" + own);
        }
        return jar.isEmpty() ? named : named.replace(jar, own + ".jar");
    }

    /** {@code class.method:line}. */
    String site(String site) {
        int colon = site == null ? -1 : site.lastIndexOf(':');
        if (colon < 0 || !isOwn(site)) {
            return site;
        }
        return text(site.substring(0, colon + 1)) + (Integer.parseInt(site.substring(colon + 1)) + lines);
    }

    private boolean isOwn(String className) {
        String dotted = className.replace('/', '.');
        return packages.stream().anyMatch(prefix -> dotted.startsWith(prefix + '.'));
    }

    /** The constants of the chunk, renamed; those of threads are left out. */
    Map<Type, Map<Long, Object>> constants(RecordedChunk chunk) {
        Map<Type, Map<Long, Object>> renamed = new LinkedHashMap<>();
        chunk.constants().forEach((type, values) -> {
            Map<Long, Object> into = new LinkedHashMap<>();
            boolean traces = type.name().equals(TRACES);
            if (!type.name().equals(Template.THREAD)) {
                values.forEach((key, value) -> into.put(key, traces ? trace(chunk, type, value) : names(value)));
                renamed.put(type, into);
            }
        });
        return renamed;
    }

    private Object names(Object value) {
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof Object[] fields) {
            Object[] named = fields.clone();
            for (int index = 0; index < named.length; index++) {
                named[index] = names(named[index]);
            }
            return named;
        }
        return value;
    }

    private Object trace(RecordedChunk chunk, Type type, Object value) {
        int framesAt = type.index("frames");
        Type frame = type.fields().get(framesAt).type();
        int lineAt = frame.index("lineNumber");
        int methodAt = frame.index("method");
        List<Object> frames = new ArrayList<>();
        for (Object one : (List<?>) ((Object[]) value)[framesAt]) {
            Object[] moved = ((Object[]) one).clone();
            if ((Long) moved[lineAt] > 0
                    && isOwn(className(chunk, frame.fields().get(methodAt).type(), moved[methodAt]))) {
                moved[lineAt] = (Long) moved[lineAt] + lines;
            }
            frames.add(moved);
        }
        Object[] trace = ((Object[]) value).clone();
        trace[framesAt] = frames;
        return trace;
    }

    private static String className(RecordedChunk chunk, Type methodType, Object key) {
        Object[] method = (Object[]) chunk.constants().get(methodType).get(key);
        int typeAt = methodType.index("type");
        Type classType = methodType.fields().get(typeAt).type();
        Object[] of = (Object[]) chunk.constants().get(classType).get(method[typeAt]);
        int nameAt = classType.index("name");
        Type symbolType = classType.fields().get(nameAt).type();
        Object symbol = chunk.constants().get(symbolType).get(of[nameAt]);
        return symbol instanceof Object[] fields ? String.valueOf(fields[0]) : String.valueOf(symbol);
    }

    /** All texts of an event. */
    EventRow event(EventRow event) {
        EventRow renamed = event.copy();
        for (int index = 0; index < event.type().fields().size(); index++) {
            renamed.set(index, names(event.value(index)));
        }
        int site = event.type().index("callSite");
        if (site >= 0) {
            renamed.set(site, site((String) event.value(site)));
        }
        return renamed;
    }
}
