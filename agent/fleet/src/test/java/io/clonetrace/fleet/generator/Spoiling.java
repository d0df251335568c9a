package io.clonetrace.fleet.generator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/** What becomes of recordings on their way. */
enum Spoiling {
    /** Cut off in the middle. */
    TRUNCATED {
        @Override
        void spoil(Path recording) throws IOException {
            try (FileChannel file = FileChannel.open(recording, StandardOpenOption.WRITE)) {
                file.truncate(file.size() / 2);
            }
        }
    },
    /** Nothing in it, as after SIGKILL. */
    EMPTY {
        @Override
        void spoil(Path recording) throws IOException {
            Files.write(recording, new byte[0]);
        }
    },
    /** The same recording twice. */
    COPIED {
        @Override
        void spoil(Path recording) throws IOException {
            Files.copy(recording, recording.resolveSibling("copy-of-" + recording.getFileName()));
        }
    },
    PACKED {
        @Override
        void spoil(Path recording) throws IOException {
            Path packed = recording.resolveSibling(recording.getFileName() + ".gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
                Files.copy(recording, out);
            }
            Files.delete(recording);
        }
    },
    /** With zeros over some bytes in the middle. */
    OVERWRITTEN {
        @Override
        void spoil(Path recording) throws IOException {
            try (FileChannel file = FileChannel.open(recording, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[997]), file.size() / 2);
            }
        }
    },
    /** No recording at all. */
    FOREIGN {
        @Override
        void spoil(Path recording) throws IOException {
            Files.writeString(recording, "no recording, but named like one\n");
        }
    };

    abstract void spoil(Path recording) throws IOException;

    /** What is done to that recording; null for nothing. */
    static Spoiling of(FleetPlan plan, FleetPlan.Jvm jvm) {
        if (plan.spoiled() == 0 || (jvm.number() + 1) % Math.max(1, 100 / plan.spoiled()) != 0) {
            return null;
        }
        return values()[(jvm.number() + 1) / Math.max(1, 100 / plan.spoiled()) % values().length];
    }
}
