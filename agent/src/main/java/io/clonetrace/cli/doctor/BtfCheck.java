package io.clonetrace.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the kernel describes its types, which the helper bpf_get_current_task_btf asks for. */
record BtfCheck(Path sys) implements Check {
    private static final String NAME = "BTF";

    @Override
    public Ability look() {
        Path file = sys.resolve("kernel/btf/vmlinux");
        if (Files.exists(file)) {
            return Ability.yes(NAME, "the kernel describes its types", file.toString());
        }
        return Ability.no(
                NAME,
                "the kernel does not describe its types",
                "no " + file,
                "for the source ebpf: a kernel built with CONFIG_DEBUG_INFO_BTF");
    }
}
