package io.clonetrace.demo;

import io.clonetrace.linux.DenyExecutablePages;
import java.time.Duration;
import java.util.Optional;

/** A program: prints the demo's table where executable pages are denied, or that the kernel can't deny them. */
public final class DemoDenied {
    static final String NOT_HERE = "not on this kernel";

    private DemoDenied() {}

    public static void main(String[] arguments) throws Exception {
        CloneDemo demo = new CloneDemo(new CorrelatorWatcher(Optional::empty, Duration.ZERO, () -> 0));
        demo.run(); // binds what JNA binds
        System.out.print(DenyExecutablePages.now() ? new ComparisonTable(demo.run()).text() : NOT_HERE);
    }
}
