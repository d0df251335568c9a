package io.clonetrace.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the C compiler finds in the system's headers is what the tables say. */
class SyscallRegistersTest {
    private static final String X86_64 = """
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/syscall.h>
            #include <sys/user.h>
            #define AT(field) (int) offsetof(struct user_regs_struct, field)
            int main(void) {
                printf("%d %d [%d, %d, %d, %d, %d]\\n", (int) sizeof(struct user_regs_struct), AT(orig_rax), AT(rdi),
                       AT(rsi), AT(rdx), AT(r10), AT(r8));
                printf("{%d=clone, %d=fork, %d=vfork, %d=clone3}\\n", SYS_clone, SYS_fork, SYS_vfork, SYS_clone3);
            }
            """;

    @TempDir
    Path folder;

    @Test
    void x86() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the headers are another processor's");
        Path source = Files.writeString(folder.resolve("registers.c"), X86_64);
        String program = folder.resolve("registers").toString();
        assumeTrue(run("cc", "-o", program, source.toString()).isEmpty(), "there is no C compiler");
        SyscallRegisters table = SyscallRegisters.X86_64;
        String registers = table.bytes() + " " + table.number() + " " + table.arguments();
        assertEquals(List.of(registers, new TreeMap<>(table.calls()).toString()), run(program));
    }

    /** aarch64 takes its numbers from asm-generic/unistd.h, which is there on every machine. */
    @Test
    void aarch64() throws IOException {
        Path header = Path.of("/usr/include/asm-generic/unistd.h");
        assumeTrue(Files.exists(header), "linux-libc-dev is not installed");
        String text = Files.readString(header);
        Map<Long, String> calls = new TreeMap<>();
        for (String name : List.of("clone", "clone3", "fork", "vfork")) {
            text.lines()
                    .filter(line -> line.startsWith("#define __NR_" + name + " "))
                    .forEach(line -> calls.put(Long.parseLong(line.split(" ")[2]), name));
        }
        assertEquals(calls, SyscallRegisters.AARCH64.calls());
    }

    private List<String> run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> lines = process.inputReader().lines().toList();
            process.waitFor();
            return lines;
        } catch (IOException absent) {
            return List.of(absent.getMessage());
        }
    }
}
