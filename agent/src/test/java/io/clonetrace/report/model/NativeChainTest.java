package io.clonetrace.report.model;

import static io.clonetrace.report.SyntheticEvent.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeChainTest {
    private static NativeChain chain(String library, String javaFrames, String... frames) {
        return NativeChain.of(
                at(1, "clonetrace.NativeStack")
                        .with("library", library)
                        .with("frames", String.join("\n", frames))
                        .with("reason", "")
                        .with("javaFrames", javaFrames),
                new Interner());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "libfoo.so!spawn+0x1d | libfoo.so!spawn",
                "libfoo.so!ns::Pool::grow(int, std::vector<int>)+0x1 | libfoo.so!ns::Pool::grow",
                "libfoo.so!ns::Pool::operator()(int)+0x1 | libfoo.so!ns::Pool::operator()",
                "libfoo.so!(anonymous namespace)::f()+0x1 | libfoo.so!(anonymous namespace)::f",
                "libfoo.so+0x1234 | libfoo.so+0x1234",
                "librocksdbjni17364528374652.so!f+0x1 | librocksdbjni*.so!f",
                "snappy-1.1.8-6fb393a1-28f9-49a3-b7a6-4b0a9b8f7b1d-libsnappyjava.so!f+0x1 | snappy-1.1.8-*-libsnappyjava.so!f",
                "/tmp/jna8739283.tmp (deleted)!f+0x1 | jna*.tmp!f",
                "libopenblasp-r0.3.21.so!blas_thread_init+0x130 | libopenblasp-r0.3.21.so!blas_thread_init",
                "strange | strange",
                "a+0xzz | a+0xzz",
            })
    void callSiteOfAFrameIsTheSameInAnotherRun(String frame, String site) {
        assertEquals(site, NativeChain.callSite(NativeChain.nativeFrame(frame)).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "com.acme.Store.open(Store.java:17) | com.acme.Store.open:17 | JAVA",
                "app//com.acme.Store.open(Store.java:17) | com.acme.Store.open:17 | JAVA",
                "java.base/java.lang.Thread.run(Thread.java:840) | java.lang.Thread.run:840 | JDK",
                "at java.base@17.0.15/jdk.internal.loader.NativeLibraries.load(Native Method) | jdk.internal.loader.NativeLibraries.load | JDK",
                "app//com.acme.Main$$Lambda/0x00007f.run(Unknown Source) | com.acme.Main$$Lambda/0x00007f.run | JAVA",
                "com.acme.Store.open:17 | com.acme.Store.open:17 | JAVA",
                "com.acme.Store.<init>(Store.java) | com.acme.Store.<init> | JAVA",
            })
    void javaFramesAreThoseOfThreadGetStackTrace(String line, String text, Frame.Code code) {
        Frame frame = NativeChain.javaFrame(line);
        assertEquals(text, frame.toString());
        assertEquals(code, frame.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "(", "a(", ":", "...", "/", "a/b", "x.y/z.", "\u001b[31m", "+0x", "!", "!+0x1"})
    void brokenFramesAreFramesOfSomeKind(String line) {
        assertTrue(NativeChain.javaFrame(line).toString() != null);
        assertTrue(NativeChain.callSite(NativeChain.nativeFrame(line)).toString() != null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "libonnxruntime4j_jni.so!Java_ai_onnxruntime_OrtSession_createSession__JJ_3BJ+0x7b | - | ai.onnxruntime.OrtSession.createSession",
                "libonnxruntime4j_jni.so!Java_ai_onnxruntime_OrtSession_createSession__JJ_3BJ+0x7b | com.acme.Main.open(Main.java:7) | -",
                "libfoo.so!JNI_OnLoad+0x7b | - | -",
                "libfoo.so+0x7b | - | -",
            })
    void nativeMethodIsThatOfTheOutermostFunctionWithoutJavaFrames(String outermost, String javaFrames, String method) {
        NativeChain chain = chain("libengine.so", javaFrames, "libengine.so!Java_a_B_inner+0x1", outermost);
        assertEquals(Optional.ofNullable(method), chain.nativeMethod());
    }

    @Test
    void siteIsTheInnermostFunctionOfTheLibraryOutsideTemplates() {
        NativeChain chain = chain(
                "libengine.so",
                "java.base/java.lang.Object.wait(Object.java)\ncom.acme.Main.main(Main.java:5)\n... 3 more",
                "libc.so.6!clone3+0x2c",
                "libstdc++.so.6!std::thread::_M_start_thread(std::unique_ptr<std::thread::_State>)+0x18",
                "libengine.so!void std::vector<std::thread>::_M_realloc_insert<engine::Pool::grow(int)::{lambda()#1}>(int)+0xb7",
                "libengine.so!engine::Pool::grow(int)+0xce",
                "libhost.so!host_open+0x2",
                "libjvm.so!os::dll_load+0x6c");
        assertEquals("libengine.so!engine::Pool::grow", chain.site().toString());
        assertEquals(Optional.of("libhost.so!host_open"), chain.outer().map(Frame::toString));
        assertEquals(6, chain.nativeFrames().size());
        assertEquals(
                List.of("java.lang.Object.wait", "com.acme.Main.main:5"),
                chain.javaFrames().stream().map(Frame::toString).toList());
        assertEquals(
                List.of("com.acme.Main.main:5"),
                chain.callers(Application.DEFAULT).stream().map(Frame::toString).toList());
    }

    @Test
    void siteOfAnUnknownLibraryIsTheInnermostFrame() {
        assertEquals(
                "libc.so.6!clone3",
                chain("", "", "libc.so.6!clone3+0x2c", "libfoo.so+0x1").site().toString());
        assertEquals(
                "libgone.so",
                chain("libgone.so", "", "libc.so.6!clone3+0x2c").site().toString());
        assertEquals("", chain(null, null).site().toString());
    }

    private static SyntheticEvent clone(long time, int tid, int parentTid, long chain) {
        return at(time, "clonetrace.Clone")
                .with("childId", -1L)
                .with("childTid", tid)
                .with("parentTid", parentTid)
                .with("flags", 0x3d0f00L)
                .with("nativeStackId", chain);
    }

    private static SyntheticEvent stack(long time, long id, String frame, String javaFrames) {
        return at(time, "clonetrace.NativeStack")
                .with("id", id)
                .with("library", "libfoo.so")
                .with("frames", frame)
                .with("javaFrames", javaFrames);
    }

    @Test
    void idThatALaterAgentUsesAgainIsItsChain() {
        JvmBuilder builder = new JvmBuilder();
        builder.add(clone(100, 11, 1, 1));
        builder.add(stack(101, 1, "libfoo.so!first+0x1", ""));
        builder.add(stack(5_001, 1, "libfoo.so!second+0x1", ""));
        builder.add(clone(5_000, 12, 1, 1));
        builder.add(stack(102, 1, "libfoo.so!first+0x1", "com.acme.Main.main(Main.java:5)"));
        Jvm jvm = builder.build();
        for (ThreadRow row : jvm.threads()) {
            assertEquals(
                    row.tid() == 11 ? "libfoo.so!first" : "libfoo.so!second",
                    row.origin().orElseThrow().site().toString());
            assertEquals("native", row.kindLabel());
        }
        assertEquals(
                List.of("com.acme.Main.main:5"),
                jvm.threads().stream()
                        .filter(row -> row.tid() == 11)
                        .flatMap(row -> row.origin().orElseThrow().callers().stream())
                        .map(Frame::toString)
                        .toList());
    }

    @Test
    void recordingWithoutNativeFramesHasNone() {
        JvmBuilder builder = new JvmBuilder();
        builder.add(at(100, "clonetrace.Clone")
                .with("kind", "native")
                .with("childId", -1L)
                .with("childTid", 11)
                .with("parentName", "main"));
        ThreadRow row = builder.build().threads().get(0);
        assertEquals(Optional.empty(), row.origin());
        assertEquals(Optional.empty(), row.startRoutine());
        assertEquals(Optional.empty(), row.nativeStack());
        assertEquals("main", row.creator());
    }

    @Test
    void attachedThreadKeepsItsJavaNameAndItsNativeCreator() {
        JvmBuilder builder = new JvmBuilder();
        builder.add(clone(100, 1_042, 1, 1).with("childName", "java").with("kind", "native"));
        builder.add(stack(101, 1, "libfoo.so!callback_pool+0x1", ""));
        builder.add(at(200, "jdk.ThreadStart").with("thread", new Event.ThreadRef(42, 1_042, "callback-1", "main")));
        List<ThreadRow> rows = builder.build().threads();
        assertEquals(1, rows.size());
        assertEquals("callback-1", rows.get(0).name());
        assertEquals(
                "libfoo.so!callback_pool",
                rows.get(0).origin().orElseThrow().site().toString());
    }
}
