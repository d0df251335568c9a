package io.clonetrace.demo;

import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.memory.MachineCode;
import java.util.Optional;

/** The demo's machine code in this JVM, or the reason why there is none. */
final class NativeCode implements AutoCloseable {
    private final Processor processor;
    private final AssemblyListing listing;
    private final MachineCode machineCode;
    private final String refusal;
    private boolean abandoned;

    private NativeCode(Processor processor, AssemblyListing listing, MachineCode machineCode, String refusal) {
        this.processor = processor;
        this.listing = listing;
        this.machineCode = machineCode;
        this.refusal = refusal;
    }

    static NativeCode open() {
        Optional<Processor> processor = Processor.current();
        if (processor.isEmpty()) {
            return refused("no machine code for the processor " + System.getProperty("os.arch"));
        }
        AssemblyListing listing = AssemblyListing.of(processor.get());
        try {
            return new NativeCode(processor.get(), listing, MachineCode.load(listing.code()), null);
        } catch (LinuxException denied) {
            return refused("executable pages are denied here (" + denied.getMessage() + ")");
        } catch (LinkageError noJna) {
            return refused("no native access (" + noJna + ")");
        }
    }

    static NativeCode refused(String why) {
        return new NativeCode(null, null, null, why);
    }

    /** @throws RefusedException if there is no machine code here */
    void require() throws RefusedException {
        if (machineCode == null) {
            throw new RefusedException(refusal);
        }
    }

    Processor processor() {
        return processor;
    }

    long address(String routine) {
        return machineCode.address(listing.offset(routine));
    }

    /** Calls the block's function with every signal blocked. */
    void callMasked(ChildBlock block) {
        call("masked", block);
    }

    void release(ChildBlock block) {
        call("release", block);
    }

    /** The report of the calling thread; empty where there is no machine code. */
    Optional<ChildReport> callersReport() {
        if (machineCode == null) {
            return Optional.empty();
        }
        try (ChildBlock block = new ChildBlock()) {
            call("report", block);
            return Optional.of(block.report());
        } catch (LinuxException noMemory) {
            return Optional.empty();
        }
    }

    private void call(String routine, ChildBlock block) {
        machineCode.call(listing.offset(routine), block.address());
    }

    /** A child may be running the code for ever: it stays mapped. */
    void abandon() {
        abandoned = true;
    }

    @Override
    public void close() {
        if (machineCode != null && !abandoned) {
            machineCode.close();
        }
    }
}
