package io.clonetrace.trace.ebpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NewTaskFormatTest {
    /** As Linux 6.1 prints it; later ones have u64 flags. */
    private static final String FORMAT = """
            name: task_newtask
            ID: 127
            format:
            \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
            \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
            \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

            \tfield:pid_t pid;\toffset:8;\tsize:4;\tsigned:1;
            \tfield:char comm[16];\toffset:12;\tsize:16;\tsigned:0;
            \tfield:unsigned long clone_flags;\toffset:32;\tsize:8;\tsigned:0;
            \tfield:short oom_score_adj;\toffset:40;\tsize:2;\tsigned:1;

            print fmt: "pid=%d comm=%s clone_flags=%lx oom_score_adj=%hd", REC->pid, REC->comm, REC->clone_flags
            """;

    @Test
    void knownFormatHasItsOffsets() throws IOException {
        assertEquals(new NewTaskFormat(127, 8, 32, 311, false), NewTaskFormat.parse(FORMAT, "ID: 311\n"));
    }

    @Test
    void unknownFormatIsRefused() {
        for (String needed : new String[] {"ID: 127", "pid_t pid;", "clone_flags;", "offset:32;\tsize:8"}) {
            assertThrows(
                    IOException.class, () -> NewTaskFormat.parse(FORMAT.replace(needed, "x"), "ID: 311\n"), needed);
        }
        String large = FORMAT.replace("offset:8;", "offset:8000000000;");
        assertThrows(IOException.class, () -> NewTaskFormat.parse(large, "ID: 311\n"));
        assertThrows(IOException.class, () -> NewTaskFormat.parse(FORMAT.replace("127", "4294967296"), "ID: 311\n"));
        assertThrows(IOException.class, () -> NewTaskFormat.parse("\tfield:".repeat(100_000), "ID: 311\n"));
    }
}
