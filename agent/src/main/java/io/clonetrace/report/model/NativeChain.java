package io.clonetrace.report.model;

import io.clonetrace.clone.JniName;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The native frames that made threads, and the Java frames that called them ({@code clonetrace.NativeStack}).
 *
 * @param site the innermost function of the library that made the threads; if the library is not known, the innermost
 *     frame
 * @param outer the function of another library that called into that one; empty if Java code or the VM did, or if it is
 *     not known
 * @param trace the native frames, then the Java ones
 * @param reason where and why the native frames end early; empty if they don't
 * @param javaDelay how long after the call the Java frames were read, in nanoseconds; {@link Event#ABSENT} without any
 */
public record NativeChain(
        Frame site, Optional<Frame> outer, StackTrace trace, Optional<String> reason, long javaDelay) {
    private static final int MOST_FRAMES = 500;
    private static final int MOST_CALLERS = 32;

    /** What a JVM loads, and what JNA puts between, is not the caller that a reader looks for. */
    private static final Pattern BETWEEN = Pattern.compile(
            "(ld-|ld64|libc[.-]|libpthread|libdl[.-]|libstdc\\+\\+|libc\\+\\+|libgcc|libjvm\\.|libjava\\.|libjli\\.|java$|jna|libjnidispatch|\\[).*");

    /** Templates of the C++ library that were compiled into a library. */
    private static final Pattern OF_TEMPLATES = Pattern.compile("(?:[\\w:<>*& ]+ )?(?:std|__gnu_cxx)::.*");

    /** A library that lies in a jar is unpacked under a name with a number or a UUID, another each time. */
    private static final Pattern UNPACKED =
            Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\d{6,}|(?<=jna-?)\\d+");

    private static final Pattern OF_THE_JDK = Pattern.compile("(?:java|jdk|sun)\\..*");
    /** The agent's word for further frames. */
    private static final String MORE = "...";

    private static final String DELETED = " (deleted)";

    static NativeChain of(Event event, Interner pool) {
        List<Frame> all = new ArrayList<>();
        lines(event.text("frames")).map(pool::nativeFrame).forEach(all::add);
        String library = event.text("library");
        Frame site = site(library == null ? "" : fileName(library), all);
        Optional<Frame> outer = outer(site, all);
        lines(event.text("javaFrames"))
                .filter(line -> !line.startsWith(MORE))
                .map(NativeChain::javaFrame)
                .forEach(all::add);
        Optional<String> reason = Optional.ofNullable(event.text("reason")).filter(text -> !text.isBlank());
        return new NativeChain(
                callSite(site),
                outer.map(NativeChain::callSite),
                new StackTrace(all, reason.isPresent()),
                reason,
                event.number("javaDelay"));
    }

    private static Stream<String> lines(String text) {
        return text == null
                ? Stream.empty()
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .limit(MOST_FRAMES);
    }

    /** {@code libfoo.so!spawn+0x1d} or {@code libfoo.so+0x1234}; what is neither is taken as a library's name. */
    public static Frame nativeFrame(String text) {
        int plus = text.lastIndexOf("+0x");
        long offset = plus < 0 ? -1 : hex(text.substring(plus + 3));
        String place = offset < 0 ? text : text.substring(0, plus);
        int mark = place.indexOf('!');
        return new Frame(
                fileName(mark < 0 ? place : place.substring(0, mark)),
                mark < 0 ? "" : place.substring(mark + 1),
                offset,
                Frame.Code.NATIVE);
    }

    private static long hex(String digits) {
        try {
            return Long.parseLong(digits, 16);
        } catch (NumberFormatException other) {
            return -1;
        }
    }

    private static String fileName(String path) {
        String name = path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** As {@code StackTraceElement.toString} has it, loader and module in front, or as {@link Frame#toString} does. */
    static Frame javaFrame(String line) {
        int bracket = line.indexOf('(');
        int end = bracket < 0 ? line.length() : bracket;
        int colon = line.lastIndexOf(':');
        int number = colon < 0 ? -1 : number(line.substring(colon + 1).replace(")", ""));
        if (bracket < 0 && number >= 0) {
            end = colon;
        }
        int dot = line.lastIndexOf('.', end - 1);
        if (dot <= 0) {
            return new Frame(line, "", -1, Frame.Code.JAVA);
        }
        String type = line.substring(line.startsWith("at ") ? 3 : 0, dot);
        int slash = type.lastIndexOf('/');
        if (slash >= 0 && type.startsWith("/0x", slash)) {
            // A hidden class.
            slash = type.lastIndexOf('/', slash - 1);
        }
        String module = type.substring(0, Math.max(0, slash));
        type = type.substring(slash + 1);
        boolean jdk = OF_THE_JDK.matcher(type).matches()
                || OF_THE_JDK
                        .matcher(module.substring(module.lastIndexOf('/') + 1))
                        .matches();
        return new Frame(type, line.substring(dot + 1, end), number, jdk);
    }

    private static int number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException none) {
            return -1;
        }
    }

    private static Frame site(String library, List<Frame> frames) {
        List<Frame> own =
                frames.stream().filter(frame -> frame.type().equals(library)).toList();
        return own.stream()
                .filter(frame -> !OF_TEMPLATES.matcher(frame.method()).matches())
                .findFirst()
                .or(() -> own.stream().findFirst())
                .orElseGet(() -> library.isEmpty() && !frames.isEmpty()
                        ? frames.get(0)
                        : new Frame(library, "", -1, Frame.Code.NATIVE));
    }

    private static Optional<Frame> outer(Frame site, List<Frame> frames) {
        return frames.stream()
                .skip(frames.lastIndexOf(site) + 1L)
                .filter(frame -> !frame.type().equals(site.type()) && !isBetween(frame))
                .findFirst();
    }

    /** A frame as a place that is the same in another run: a function without its arguments and offset. */
    public static Frame callSite(Frame frame) {
        boolean named = !frame.method().isEmpty();
        return new Frame(
                libraryName(frame.type()),
                named ? withoutArguments(frame.method()) : "",
                named ? -1 : frame.place(),
                Frame.Code.NATIVE);
    }

    /** The library's file name, with {@code *} for what is different each time it is unpacked. */
    static String libraryName(String file) {
        return UNPACKED.matcher(file).replaceAll("*");
    }

    /** {@code rocksdb::DB::Open} of {@code rocksdb::DB::Open(rocksdb::Options const&)}. */
    private static String withoutArguments(String function) {
        int depth = 0;
        for (int at = function.length() - 1; at > 0; at--) {
            char c = function.charAt(at);
            depth += c == ')' ? 1 : c == '(' ? -1 : 0;
            if (c == '(' && depth == 0) {
                String name = function.substring(0, at);
                return name.endsWith("operator") || name.endsWith("::") ? function : name;
            }
        }
        return function;
    }

    /** Whether it is code of the VM itself, or of its launcher, which creates the thread of {@code main}. */
    static boolean isHotSpots(Frame frame) {
        return frame.type().startsWith("libjvm.") || frame.type().startsWith("libjli.");
    }

    /** The application's frames that called it, the innermost first; without any, the other library that did. */
    List<Frame> callers(Application application) {
        List<Frame> callers = javaFrames().stream()
                .filter(application::isApplication)
                .limit(MOST_CALLERS)
                .toList();
        return callers.isEmpty() ? outer.map(List::of).orElse(List.of()) : callers;
    }

    /**
     * Whether it is of the C or C++ runtime, of the VM's own libraries, or of JNA, which are not what a reader looks
     * for.
     */
    public static boolean isBetween(Frame frame) {
        return BETWEEN.matcher(frame.type()).matches();
    }

    /** The native call sites further out than {@link #site}, the innermost first, without those {@link #isBetween}. */
    public List<Frame> outerFrames() {
        return nativeFrames().stream()
                .skip(trace.indexOf(site) + 1L)
                .filter(frame -> !isBetween(frame))
                .map(NativeChain::callSite)
                .distinct()
                .toList();
    }

    /** The native frames. */
    public List<Frame> nativeFrames() {
        return trace.of(Frame::isNative);
    }

    /**
     * The native method that Java code called, by the name of its function: the class and method, where that name has
     * them and the Java frames were not recorded. It is no call site.
     */
    public Optional<String> nativeMethod() {
        List<Frame> functions = nativeFrames();
        return functions.isEmpty() || !javaFrames().isEmpty()
                ? Optional.empty()
                : JniName.method(functions.get(functions.size() - 1).method());
    }

    /** The Java frames; empty if they were not recorded. */
    public List<Frame> javaFrames() {
        return trace.of(frame -> !frame.isNative());
    }
}
