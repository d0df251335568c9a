package io.clonetrace.demoapp.bench;

import java.io.FileInputStream;
import java.io.IOException;

/** Makes system calls that have nothing to do with threads: each reads a byte of /dev/zero. */
final class Reads implements Work {
    private static final int OPERATIONS = 100;

    private final FileInputStream zeros = new FileInputStream("/dev/zero");

    Reads() throws IOException {}

    @Override
    public void once() throws IOException {
        for (int i = 0; i < OPERATIONS; i++) {
            zeros.read();
        }
    }

    @Override
    public int operations() {
        return OPERATIONS;
    }

    @Override
    public void close() throws IOException {
        zeros.close();
    }
}
