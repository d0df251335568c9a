package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JniNameTest {
    /** As javac -h writes them. */
    @ParameterizedTest
    @CsvSource({
        "Java_ai_onnxruntime_OrtSession_createSession__JJ_3BJ, ai.onnxruntime.OrtSession.createSession",
        "Java_org_rocksdb_RocksDB_open__JLjava_lang_String_2, org.rocksdb.RocksDB.open",
        "Java_org_duckdb_DuckDBNative_duckdb_1jdbc_1startup, org.duckdb.DuckDBNative.duckdb_jdbc_startup",
        "Java_com_sun_jna_Native_invokeVoid, com.sun.jna.Native.invokeVoid",
        "Java_Main_run, Main.run",
        "Java_Main_run__, Main.run",
        "Java_Main_run___3_3I, Main.run",
        "Java_Outer_00024Inner_run, Outer$Inner.run",
        "Java_a_B__1hidden, a.B._hidden",
        "Java_a_B__1hidden__I, a.B._hidden",
        "Java_a_B_hidden_1, a.B.hidden_",
        "Java_a_B_hidden_1__J, a.B.hidden_",
        "Java_a_B__00024init, a.B.$init",
        "Java_a_B_gr_000f6sse, a.B.gr\u00f6sse",
        "Java_a_B_run__La_00024b_C_2, a.B.run",
        "Java_a_B__1_1x, a.B.__x",
        "Java_a__1b_C_m, a._b.C.m",
    })
    void nameOfANativeMethodIsThatMethod(String function, String method) {
        assertEquals(Optional.of(method), JniName.method(function));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Java_",
                "Java_run",
                "Java__run",
                "Java_Main_",
                "Java_Main_run__X",
                "Java_Main_run__Ljava_lang_String",
                "Java_Main_run_2",
                "Java_Main_run_3I",
                "Java_Main_run_0",
                "Java_Main_run_000F6",
                "Java_Main_run_00061",
                "Java_Main_run_0000a",
                "Java_Main_run_0002e",
                "Java_Main_run__I__J",
                "Java_Main_run(long)",
                "Java_Main_r\u00f6",
                "JNI_OnLoad",
                "JavaCritical_Main_run",
                "java_Main_run",
                "xJava_Main_run",
            })
    void otherNameIsNoNativeMethod(String function) {
        assertEquals(Optional.empty(), JniName.method(function));
    }

    @Test
    void functionWithoutASymbolIsNoNativeMethod() {
        assertEquals(Optional.empty(), JniName.method(null));
    }
}
