package io.clonetrace.unwind.elf;

import java.io.IOException;

/** An ELF file contradicts itself, or isn't one; the message says where. */
public final class DamagedElfException extends IOException {
    private static final long serialVersionUID = 1;

    public DamagedElfException(String what) {
        super(what);
    }
}
