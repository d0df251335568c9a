package io.clonetrace.report.chunk;

import io.clonetrace.report.chunk.ChunkType.Role;
import io.clonetrace.report.model.JavaCode;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Stack traces among the constants of a chunk. */
final class StackFrames {
    private final Constants constants;
    private final ChunkInput input;
    /** Made once: see {@link Constants}. */
    private final Constants.Reading<StackTrace> readingTrace = this::readTrace;

    private final Constants.Reading<JavaClass> readingClass = this::readClass;
    private final Constants.Reading<Method> readingMethod = this::readMethod;
    private final Constants.Reading<Loader> readingLoader = this::readLoader;

    StackFrames(Constants constants) {
        this.constants = constants;
        input = constants.input();
    }

    /**
     * A class.
     *
     * @param name null if the recording lacks it
     */
    private record JavaClass(String name, ChunkType loaderType, long loaderKey) {
        String knownName() {
            if (name == null) {
                throw new UnreadableValueException("a class without a name");
            }
            return name;
        }
    }

    /** @param jdk whether its class is the JDK's own */
    private record Method(String type, String name, boolean jdk) {}

    /** @param jdk whether what it loads is the JDK's own */
    private record Loader(boolean jdk) {}

    /** A frame, until its method is looked up. */
    private record Place(ChunkType methodType, long methodKey, int line) {}

    String className(ChunkType type, long key) throws IOException {
        JavaClass known = constants.value(type, key, readingClass);
        return known == null ? null : known.knownName();
    }

    StackTrace trace(ChunkType type, long key) throws IOException {
        return constants.value(type, key, readingTrace);
    }

    private StackTrace readTrace(ChunkType type) throws IOException {
        boolean truncated = true;
        List<Place> places = List.of();
        for (ChunkField field : type.fields()) {
            if (field.name().equals("truncated")
                    && !field.isPooled()
                    && !field.isArray()
                    && field.type().form() == ChunkType.Form.BOOLEAN) {
                truncated = input.unsignedByte() != 0;
            } else if (field.name().equals("frames") && field.isArray() && !field.isPooled()) {
                places = places(field.type());
            } else {
                ChunkTypes.pass(field, input);
            }
        }
        List<Frame> frames = new ArrayList<>(Math.min(places.size(), JavaCode.DEEPEST));
        for (Place place : places.subList(0, Math.min(places.size(), JavaCode.DEEPEST))) {
            frames.add(frame(place));
        }
        return new StackTrace(frames, truncated || places.size() > JavaCode.DEEPEST);
    }

    private List<Place> places(ChunkType frameType) throws IOException {
        int count = input.count("an array");
        List<Place> places = new ArrayList<>(Math.min(count, JavaCode.DEEPEST + 1));
        for (int index = 0; index < count; index++) {
            ChunkType methodType = null;
            long methodKey = 0;
            int line = -1;
            for (ChunkField field : frameType.fields()) {
                if (field.name().equals("method") && Constants.is(field, Role.METHOD)) {
                    methodType = field.type();
                    methodKey = input.varint();
                } else if (field.name().equals("lineNumber")
                        && !field.isPooled()
                        && !field.isArray()
                        && field.type().form() == ChunkType.Form.INT) {
                    line = (int) input.varint();
                } else {
                    ChunkTypes.pass(field, input);
                }
            }
            if (places.size() <= JavaCode.DEEPEST) {
                places.add(new Place(methodType, methodKey, line));
            }
        }
        return places;
    }

    private Frame frame(Place place) throws IOException {
        Method method = place.methodType() == null
                ? null
                : constants.value(place.methodType(), place.methodKey(), readingMethod);
        return method == null
                ? new Frame(JavaCode.UNKNOWN, JavaCode.UNKNOWN, -1, true)
                : new Frame(method.type(), method.name(), place.line(), method.jdk());
    }

    private Method readMethod(ChunkType type) throws IOException {
        ChunkType classType = null;
        long classKey = 0;
        String name = null;
        for (ChunkField field : type.fields()) {
            if (field.name().equals("type") && Constants.is(field, Role.CLASS)) {
                classType = field.type();
                classKey = input.varint();
            } else if (field.name().equals("name")) {
                name = constants.text(field, input);
            } else {
                ChunkTypes.pass(field, input);
            }
        }
        JavaClass owner = classType == null ? null : constants.value(classType, classKey, readingClass);
        if (owner == null) {
            return null;
        }
        Loader loader = owner.loaderType() == null
                ? null
                : constants.value(owner.loaderType(), owner.loaderKey(), readingLoader);
        String ownerName = owner.knownName();
        return new Method(
                ownerName,
                name == null ? JavaCode.UNKNOWN : name,
                loader == null ? JavaCode.isInJdk(ownerName) : loader.jdk());
    }

    private JavaClass readClass(ChunkType type) throws IOException {
        String name = null;
        ChunkType loaderType = null;
        long loaderKey = 0;
        for (ChunkField field : type.fields()) {
            if (field.name().equals("name")) {
                name = constants.text(field, input);
            } else if (field.name().equals("classLoader") && Constants.is(field, Role.CLASS_LOADER)) {
                loaderType = field.type();
                loaderKey = input.varint();
            } else {
                ChunkTypes.pass(field, input);
            }
        }
        return new JavaClass(name == null ? null : name.replace('/', '.'), loaderType, loaderKey);
    }

    private Loader readLoader(ChunkType type) throws IOException {
        String name = null;
        boolean ofAClass = false;
        for (ChunkField field : type.fields()) {
            if (field.name().equals("type") && Constants.is(field, Role.CLASS)) {
                ofAClass = constants.has(field.type(), input.varint());
            } else if (field.name().equals("name")) {
                name = constants.text(field, input);
            } else {
                ChunkTypes.pass(field, input);
            }
        }
        return new Loader(JavaCode.isJdkLoader(ofAClass, name));
    }
}
